"""gRPC calls without generated stubs: messages and methods are read from the .proto files."""

import subprocess
from pathlib import Path

import grpc
from google.protobuf import descriptor_pb2, message_factory

HERE = Path(__file__).resolve().parent


def _load(root, *files):
    """Returns the (request, response) classes of each method by its path."""
    encoded = subprocess.run(
        ["protoc", f"-I{root}", "--include_imports", "--descriptor_set_out=/dev/stdout", *files],
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    described = descriptor_pb2.FileDescriptorSet.FromString(encoded)
    messages = message_factory.GetMessages(described.file)
    methods = {}
    for file in described.file:
        for service in file.service:
            name = f"{file.package}.{service.name}".lstrip(".")
            for method in service.method:
                classes = messages[method.input_type.lstrip(".")], messages[method.output_type.lstrip(".")]
                methods[f"/{name}/{method.name}"] = classes
    return methods


METHODS = (
    _load(HERE.parent / "proto", "billing/v1/billing_service.proto")
    | _load(HERE.parent / "proto", "legacy/billing_service.proto")
    | _load(HERE / "proto", "health.proto", "reflection.proto")
)


def call(address, path, token=None, **fields):
    """Makes a unary call with these fields. Raises grpc.RpcError."""
    return send(address, path, METHODS[path][0](**fields), token)


def send(address, path, request, token=None):
    """Makes a unary call with a request message. Raises grpc.RpcError."""
    metadata = [("authorization", f"Bearer {token}")] if token else []
    with grpc.insecure_channel(address) as channel:
        method = channel.unary_unary(
            path, request_serializer=type(request).SerializeToString, response_deserializer=METHODS[path][1].FromString
        )
        return method(request, metadata=metadata, timeout=10)


def services(address):
    """Returns the names of the services that a server lists by reflection."""
    path = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
    request, response = METHODS[path]
    with grpc.insecure_channel(address) as channel:
        method = channel.stream_stream(
            path, request_serializer=request.SerializeToString, response_deserializer=response.FromString
        )
        [answer] = method(iter([request(list_services="*")]), timeout=10)
        return {service.name for service in answer.list_services_response.service}


def every_account(address, token):
    """Reads all billing accounts, page by page."""
    accounts, page_token = [], ""
    while True:
        page = call(
            address, "/billing.v1.BillingService/ListBillingAccounts", token, page_size=100, page_token=page_token
        )
        accounts.extend(page.accounts)
        page_token = page.next_page_token
        if not page_token:
            return accounts
