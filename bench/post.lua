-- wrk: POST one form again and again, each with a number of its own. Arguments: NAME=VALUE fields.
-- With accounts=FILE, name and password come from its lines; otherwise "mail" is a new address each
-- time. Answers other than 303 are counted; the percentiles are microseconds.
local fields, passwords, number = {}, {}, 0
local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("id", #threads)
end

function init(args)
  refused = 0
  math.randomseed(os.time() + id * 7919)
  for i = 1, #args do
    local name, value = args[i]:match("^([^=]+)=(.*)$")
    if name == "accounts" then
      for line in io.lines(value) do table.insert(passwords, line) end
    elseif name ~= nil then
      fields[name] = value
    end
  end
  run = os.time() .. "-" .. id .. "-" .. math.random(1e9)
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  wrk.headers["Cookie"] = "v=bench"
end

function request()
  number = number + 1
  local body = "once=" .. run .. "-" .. number
  for name, value in pairs(fields) do body = body .. "&" .. name .. "=" .. value end
  if #passwords > 0 then
    local login, password = passwords[math.random(#passwords)]:match("^(%S+) (%S+)$")
    body = body .. "&name=" .. login .. "&password=" .. password
  else
    body = body .. "&mail=a" .. run .. "-" .. number .. "%40example.org"
  end
  return wrk.format("POST", nil, nil, body)
end

function response(status)
  if status ~= 303 then refused = refused + 1 end
end

function done(summary, latency)
  local n = 0
  for _, thread in ipairs(threads) do n = n + thread:get("refused") end
  print(string.format("requests %d refused %d p50 %d p95 %d p99 %d max %d us",
    summary.requests, n, latency:percentile(50), latency:percentile(95), latency:percentile(99), latency.max))
end
