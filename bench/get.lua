-- wrk: GET the addresses of a file, one after the other. The percentiles come in microseconds.
local paths = {}
local at = 0
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  refused = 0
  for line in io.lines(args[1]) do table.insert(paths, line) end
  at = math.random(#paths)
end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end

function response(status)
  if status ~= 200 then refused = refused + 1 end
end

function done(summary, latency)
  local n = 0
  for _, thread in ipairs(threads) do n = n + thread:get("refused") end
  print(string.format("requests %d refused %d p50 %d p95 %d p99 %d max %d us rps %.0f",
    summary.requests, n, latency:percentile(50), latency:percentile(95), latency:percentile(99),
    latency.max, summary.requests / summary.duration * 1e6))
end
