-- The requests that wrk sends through the gateway.
--   wrk … -s patients.lua URL -- SCENARIO TOKEN IDS-FILE RUN
-- SCENARIO is get, list, search, create or update. IDS-FILE contains one patient id per line. RUN
-- is a word that makes the e-mails of this run unique.

local names = { "Anna", "Maria", "Peter", "Chloé", "Zoë", "José", "Amina", "Wei", "Olga", "Ivan" }
local ids = {}
local created = 0
local scenario, run
local json = { ["Content-Type"] = "application/json" }

local requests = {
  get = function() return wrk.format("GET", "/api/patients/" .. ids[math.random(#ids)]) end,
  list = function() return wrk.format("GET", "/api/patients?size=10") end,
  search = function() return wrk.format("GET", "/api/patients?size=10&searchValue=anna") end,
  create = function()
    created = created + 1
    return wrk.format("POST", "/api/patients", json, string.format(
      '{"name":"%s Bench %d","email":"bench-%s-%d@example.com","address":"1 Harbour Road","dateOfBirth":"1985-12-10"}',
      names[created % #names + 1], created, run, created))
  end,
  update = function()
    created = created + 1
    return wrk.format("PATCH", "/api/patients/" .. ids[math.random(#ids)], json,
      string.format('{"address":"%d Harbour Road"}', created))
  end,
}

function init(arguments)
  scenario, run = arguments[1], arguments[4]
  json["Authorization"] = "Bearer " .. arguments[2]
  wrk.headers["Authorization"] = json["Authorization"]
  for id in io.lines(arguments[3]) do ids[#ids + 1] = id end
  math.randomseed(1)
end

function request() return requests[scenario]() end

function done(summary, latency, _)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status +
    summary.errors.timeout
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests, failed, latency:percentile(50), latency:percentile(99)))
end
