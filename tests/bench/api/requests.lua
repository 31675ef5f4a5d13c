-- For wrk: one request after another from a file (a path a line), with the headers of another ("Name: value").
-- Arguments: the method, the file of paths, the file of headers. Prints what it measured as one line of JSON.
local requests = {}
local next_request = 0

function init(arguments)
    local headers = {}
    for line in io.lines(arguments[3]) do
        local name, value = line:match("^([^:]+): (.*)$")
        headers[name] = value
    end
    for path in io.lines(arguments[2]) do
        table.insert(requests, wrk.format(arguments[1], path, headers))
    end
end

function request()
    next_request = next_request % #requests + 1
    return requests[next_request]
end

function done(summary, latency, _)
    local errors = summary.errors
    io.write(string.format(
        '{"rate": %.1f, "requests": %d, "failed": %d, "bytes": %d, "p50": %.3f, "p99": %.3f, "longest": %.3f}\n',
        summary.requests / summary.duration * 1e6, summary.requests,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout, summary.bytes,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
