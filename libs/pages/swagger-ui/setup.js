// Displays the documents that this server lists. If there are several, the user selects one from a
// list.
async function show() {
  const documents = await (await fetch("documents.json")).json();
  const one = documents.length === 1;
  SwaggerUIBundle({
    dom_id: "#swagger-ui",
    ...(one ? { url: documents[0].url } : { urls: documents }),
    layout: one ? "BaseLayout" : "StandaloneLayout",
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    // No logo: its inline style is forbidden by the page's content security policy.
    plugins: [() => ({ components: { Logo: () => null } })],
    validatorUrl: null, // prevents sending the document to another host
    deepLinking: true,
    displayRequestDuration: true,
  });
}

show();
