/**
 * What every script begins with. `KEYS[1]` is where our own keys begin, `KEYS[2]` where BullMQ's do; `ARGV[1]` is
 * JSON. A job is BullMQ's hash of that job with fields of ours beside BullMQ's, which begin with `_`. Instants are
 * text that sorts by time, with their milliseconds beside them where a score is needed.
 *
 * Our own keys, all of them indexes of those hashes or small tables:
 *   kinds                set of all kinds, each a queue
 *   kinds-of             job → kind
 *   status:<status>      jobs by place: `<runAt> <seq> <job>`
 *   due:<kind>           those that wait, by place
 *   over:<kind>          those that wait, by the moment at which a claim ends them as expired
 *   held:<kind>          those that run, by when their hold runs out (Redis's clock)
 *   ended                those done, cancelled or expired, by when
 *   counters, policies, schedules, lease:<name>, belongs-to
 */
export const FRAME = `
local own, bull = KEYS[1], KEYS[2]
local a = cjson.decode(ARGV[1])

local function key(name) return own .. ':' .. name end
local function queue(kind) return bull .. ':' .. kind .. ':' end
-- So that no job is called what one of its queue's own keys is: 'wait', 'meta', whatever comes to be one.
local function bullId(id) return 'job.' .. id end
local function int(n) return string.format('%.0f', n) end
local function wall()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- A full Redis refuses a script only at its first write. These two decide what it is: whatever would fill it up
-- more is refused before anything is written, whatever ends work or keeps a hold goes ahead.
local function writesMore() redis.call('HINCRBY', key('counters'), 'writes', 1) end
local function writesAnyway() redis.call('DEL', key('nothing')) end

-- Larger than any before, also if Redis has lost the last ones: the clock's microseconds at least.
local function nextFence()
  local t = redis.call('TIME')
  local last = tonumber(redis.call('HGET', key('counters'), 'fence') or '0')
  local fence = int(math.max(last + 1, t[1] * 1000000 + t[2]))
  redis.call('HSET', key('counters'), 'fence', fence)
  return fence
end

local function queueKeys(kind, names)
  local keys = {}
  for i, name in ipairs(names) do keys[i] = queue(kind) .. name end
  return keys
end

local function place(job) return job.runAt .. ' ' .. job.seq .. ' ' .. job.id end
local function idIn(place) return string.match(place, ' %d+ (.*)$') end

-- nil if there is none, or somebody took it out of its queue behind our back.
local function load(id)
  local kind = redis.call('HGET', key('kinds-of'), id)
  if not kind then return nil end
  local hash = queue(kind) .. bullId(id)
  local v = redis.call('HMGET', hash, '_status', '_runAt', '_seq', '_notAfter', '_notAfterMs', '_attempts',
    '_made', '_cancelling', '_fence', '_endedAt', '_heldUntil', '_granted')
  if not v[1] then return nil end
  return { id = id, kind = kind, hash = hash, status = v[1], runAt = v[2], seq = v[3], notAfter = v[4],
    notAfterMs = tonumber(v[5] or nil), attempts = tonumber(v[6]), made = tonumber(v[7]),
    cancelling = v[8] == '1', fence = v[9], endedAt = v[10], heldUntil = tonumber(v[11] or nil),
    granted = tonumber(v[12] or nil) }
end

local function loadHeld(id, fence)
  local job = load(id)
  if job and job.status == 'running' and job.fence == fence then return job end
  return nil
end

local function unindex(job)
  redis.call('ZREM', key('status:' .. job.status), place(job))
  redis.call('ZREM', key('due:' .. job.kind), place(job))
  redis.call('ZREM', key('over:' .. job.kind), job.id)
  redis.call('ZREM', key('held:' .. job.kind), job.id)
  redis.call('ZREM', key('ended'), job.id)
end

local function indexAs(job, status)
  job.status = status
  redis.call('ZADD', key('status:' .. status), 0, place(job))
end

local function indexWaiting(job, runAt)
  job.runAt = runAt.iso
  indexAs(job, 'waiting')
  redis.call('ZADD', key('due:' .. job.kind), 0, place(job))
  if job.notAfterMs then
    redis.call('ZADD', key('over:' .. job.kind), int(math.max(job.notAfterMs + 1, runAt.ms)), job.id)
  end
end

local function hold(job, milliseconds)
  local heldUntil = int(wall() + milliseconds)
  redis.call('HSET', job.hash, '_heldUntil', heldUntil, '_granted', int(milliseconds))
  redis.call('ZADD', key('held:' .. job.kind), heldUntil, job.id)
end

local function fieldsOf(job) return { job.id, redis.call('HGETALL', job.hash) } end
`;
