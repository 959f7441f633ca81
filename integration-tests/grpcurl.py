"""Replaces grpcurl when a test runs grpc-request/: same flags and output, using our .proto files.

Appends the path of each method that it calls to the file named by PMS_CALLED.
"""

import argparse
import os
import sys

from google.protobuf import json_format

import rpc


def main():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("-plaintext", action="store_true", required=True)
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("-d", dest="data", default="{}")
    parser.add_argument("address")
    parser.add_argument("method")
    asked = parser.parse_args()
    if asked.method == "list":
        print("\n".join(sorted(rpc.services(asked.address))))
        return
    path = "/" + asked.method
    if path not in rpc.METHODS:
        sys.exit(f"no such method: {asked.method}")
    request = json_format.Parse(asked.data, rpc.METHODS[path][0]())  # rejects fields that do not exist
    token = next((header.removeprefix("authorization: Bearer ") for header in asked.headers), None)
    print(json_format.MessageToJson(rpc.send(asked.address, path, request, token)))
    with open(os.environ["PMS_CALLED"], "a") as called:
        called.write(path + "\n")


if __name__ == "__main__":
    main()
