#!/usr/bin/env bash
# Every gRPC call of billing-service, with grpcurl, against ./dev run: the whole file, or line by line.
set -euo pipefail
BILLING=127.0.0.1:9001
GATEWAY=http://127.0.0.1:4004

# What the server has, by reflection.
grpcurl -plaintext "$BILLING" list

# Whether it serves.
grpcurl -plaintext "$BILLING" grpc.health.v1.Health/Check

# The calls need the access token of a login.
TOKEN=$(curl -s "$GATEWAY/auth/login" -H 'Content-Type: application/json' \
  -d '{"email":"testuser@test.com","password":"password123"}' | sed 's/.*"token":"\([^"]*\)".*/\1/')

# Makes the patient's account, or returns the one that is there.
grpcurl -plaintext -H "authorization: Bearer $TOKEN" \
  -d '{"patient_id": "grpc-request", "name": "Zoë Müller", "email": "zoe@example.com", "patient_version": 1}' \
  "$BILLING" billing.v1.BillingService/CreateBillingAccount

# The patient's account.
ACCOUNT=$(grpcurl -plaintext -H "authorization: Bearer $TOKEN" -d '{"patient_id": "grpc-request"}' \
  "$BILLING" billing.v1.BillingService/ListBillingAccounts | sed -n 's/.*"id": "\([^"]*\)".*/\1/p' | head -n 1)

# The first two of all accounts; "page_token": the "nextPageToken" of this answer leads to the next ones.
grpcurl -plaintext -H "authorization: Bearer $TOKEN" -d '{"page_size": 2}' \
  "$BILLING" billing.v1.BillingService/ListBillingAccounts

# One account.
grpcurl -plaintext -H "authorization: Bearer $TOKEN" -d "{\"id\": \"$ACCOUNT\"}" \
  "$BILLING" billing.v1.BillingService/GetBillingAccount

# Closes it; closing twice is no error.
grpcurl -plaintext -H "authorization: Bearer $TOKEN" -d "{\"id\": \"$ACCOUNT\"}" \
  "$BILLING" billing.v1.BillingService/CloseBillingAccount

# As clients of the earlier system call it: no package, no token, from this machine only unless configured.
grpcurl -plaintext -d '{"patientId": "grpc-request", "name": "Zoë Müller", "email": "zoe@example.com"}' \
  "$BILLING" BillingService/CreateBillingAccount
