// Shows the documents that this server lists: one by itself, several with a list to choose from.
async function show() {
  const documents = await (await fetch("documents.json")).json();
  const one = documents.length === 1;
  SwaggerUIBundle({
    dom_id: "#swagger-ui",
    ...(one ? { url: documents[0].url } : { urls: documents }),
    layout: one ? "BaseLayout" : "StandaloneLayout",
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [() => ({ components: { Logo: () => null } })], // its style is inline, which the page's policy forbids
    validatorUrl: null, // would send the document to another host
    deepLinking: true,
    displayRequestDuration: true,
  });
}

show();
