#!/usr/bin/env bash
# Every gRPC call of billing-service with grpcurl, against ./dev run. Run the complete file or
# single lines.
set -euo pipefail
BILLING=127.0.0.1:9001
GATEWAY=http://127.0.0.1:4004

# Lists the server's services, by reflection.
grpcurl -plaintext "$BILLING" list

# Checks the health of the server.
grpcurl -plaintext "$BILLING" grpc.health.v1.Health/Check

# Logs in: the next calls require an access token.
TOKEN=$(curl -s "$GATEWAY/auth/login" -H 'Content-Type: application/json' \
  -d '{"email":"testuser@test.com","password":"password123"}' | sed 's/.*"token":"\([^"]*\)".*/\1/')

# Creates the patient's account, or returns the existing one.
grpcurl -plaintext -H "authorization: Bearer $TOKEN" \
  -d '{"patient_id": "grpc-request", "name": "Zoë Müller", "email": "zoe@example.com", "patient_version": 1}' \
  "$BILLING" billing.v1.BillingService/CreateBillingAccount

# Gets the id of the patient's account.
ACCOUNT=$(grpcurl -plaintext -H "authorization: Bearer $TOKEN" -d '{"patient_id": "grpc-request"}' \
  "$BILLING" billing.v1.BillingService/ListBillingAccounts | sed -n 's/.*"id": "\([^"]*\)".*/\1/p' | head -n 1)

# Lists the first two accounts. To get the next ones, send the "nextPageToken" of this response as
# "page_token".
grpcurl -plaintext -H "authorization: Bearer $TOKEN" -d '{"page_size": 2}' \
  "$BILLING" billing.v1.BillingService/ListBillingAccounts

# Gets an account by its id.
grpcurl -plaintext -H "authorization: Bearer $TOKEN" -d "{\"id\": \"$ACCOUNT\"}" \
  "$BILLING" billing.v1.BillingService/GetBillingAccount

# Closes the account. Closing a closed account is not an error.
grpcurl -plaintext -H "authorization: Bearer $TOKEN" -d "{\"id\": \"$ACCOUNT\"}" \
  "$BILLING" billing.v1.BillingService/CloseBillingAccount

# The call of clients of the earlier system: no package and no token, and by default only from the
# same machine.
grpcurl -plaintext -d '{"patientId": "grpc-request", "name": "Zoë Müller", "email": "zoe@example.com"}' \
  "$BILLING" BillingService/CreateBillingAccount
