-- Requests for wrk: one body a line, told in turn; @KEY@ becomes a key of its own each time.
-- Arguments: the file of bodies, the path, a bearer token or "", what a good answer holds or "".

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  local path, token, good = args[2], args[3], args[4]
  local headers = { ["Content-Type"] = "application/json", ["Accept"] = "application/json" }
  if token ~= "" then
    headers["Authorization"] = "Bearer " .. token
  end
  wanted, failed, bad, sent = good, 0, "", 0
  ready, bodies = {}, {}
  for body in io.lines(args[1]) do
    if body:find("@KEY@", 1, true) then
      table.insert(bodies, body)
    else
      table.insert(ready, wrk.format("POST", path, headers, body))
    end
  end
  start = tostring(os.time()) .. "-" .. tostring(math.random(1e9)) .. tostring({})
  fresh = function(body)
    return wrk.format("POST", path, headers, (body:gsub("@KEY@", start .. "-" .. sent)))
  end
  if good == "" then
    response = nil
  end
end

function request()
  sent = sent + 1
  if #ready > 0 then
    return ready[sent % #ready + 1]
  end
  return fresh(bodies[sent % #bodies + 1])
end

function response(status, headers, body)
  if not body:find(wanted, 1, true) then
    failed = failed + 1
    bad = body
  end
end

function done(summary, latency, requests)
  local failed, bad = 0, ""
  for _, thread in ipairs(threads) do
    failed = failed + thread:get("failed")
    bad = thread:get("bad")
  end
  local errors = summary.errors
  io.write(string.format(
    'BAD %s\nJSON {"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "failed": %d}\n',
    bad:sub(1, 300), summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    failed + errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
