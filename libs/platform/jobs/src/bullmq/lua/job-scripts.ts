import { FRAME } from './frame.js';
import { DELAY, FINISH, INSERT, TAKE } from './transitions.js';

/** Most jobs that one script ends or forgets: Redis does nothing else meanwhile. */
export const MOST_AT_ONCE = 500;

const CLAIM = `
local now, limit = a.now, a.limit
local clock = wall()
local kinds = a.kinds or redis.call('SMEMBERS', key('kinds'))

-- Those whose hold has run out; and those held longer than was ever granted: the clock has gone back, and a living
-- worker would have extended the hold since.
local function lapsed(kind)
  local held = key('held:' .. kind)
  local ids = redis.call('ZRANGEBYSCORE', held, '-inf', int(clock), 'LIMIT', 0, ${MOST_AT_ONCE})
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', held, '(' .. int(clock + a.hold), '+inf', 'LIMIT', 0, 100)) do
    local job = load(id)
    if not job or job.heldUntil > clock + job.granted then ids[#ids + 1] = id end
  end
  return ids
end

local function toEnd(job)
  if job.status == 'waiting' then return 'expired' end
  if job.cancelling then return 'cancelled' end
  if job.made >= job.attempts then return 'dead', a.lost end
  if job.notAfter and job.notAfter < now.iso then return 'expired' end
  return nil
end

local ended = 0
local function endThese(ids, set)
  for _, id in ipairs(ids) do
    local job = load(id)
    if not job then
      redis.call('ZREM', set, id)
      redis.call('HDEL', key('kinds-of'), id)
    else
      local status, failure = toEnd(job)
      if status then
        writesAnyway()
        finish(job, status, now, failure)
        ended = ended + 1
      end
    end
  end
end
for _, kind in ipairs(kinds) do
  if ended < ${MOST_AT_ONCE} then endThese(lapsed(kind), key('held:' .. kind)) end
  local over = key('over:' .. kind)
  if ended < ${MOST_AT_ONCE} then
    endThese(redis.call('ZRANGEBYSCORE', over, '-inf', int(now.ms), 'LIMIT', 0, ${MOST_AT_ONCE}), over)
  end
end
if ended >= ${MOST_AT_ONCE} then return 'more' end

local found = {}
local dropped = false
local function add(job) found[#found + 1] = { place = place(job), job = job } end
for _, kind in ipairs(kinds) do
  local due = key('due:' .. kind)
  for _, at in ipairs(redis.call('ZRANGEBYLEX', due, '-', '(' .. now.iso .. '!', 'LIMIT', 0, limit)) do
    local job = load(idIn(at))
    if job and job.status == 'waiting' and place(job) == at then
      add(job)
    else -- Somebody took it out of its queue behind our back.
      redis.call('ZREM', due, at)
      redis.call('ZREM', key('status:waiting'), at)
      if not job then redis.call('HDEL', key('kinds-of'), idIn(at)) end
      dropped = true
    end
  end
  for _, id in ipairs(lapsed(kind)) do
    local job = load(id)
    if job then add(job) end
  end
end
table.sort(found, function(one, other) return one.place < other.place end)
local jobs = {}
local blocked = {}
for _, candidate in ipairs(found) do
  local job = candidate.job
  if #jobs < limit and not blocked[job.kind] then
    writesAnyway()
    if take(job, now, a.hold, a.lost) then jobs[#jobs + 1] = fieldsOf(job) else blocked[job.kind] = true end
  end
end
return #jobs == 0 and dropped and 'more' or jobs
`;

const FAIL = `
local job = loadHeld(a.id, a.fence)
if not job then return 0 end
writesAnyway()
if job.cancelling then finish(job, 'cancelled', a.now, a.failure)
elseif job.made >= job.attempts then finish(job, 'dead', a.now, a.failure)
else
  delay(job, a.retryAt, a.now, true)
  redis.call('HSET', job.hash, '_error', a.failure, 'failedReason', a.failure)
end
return 1
`;

const REDRIVE = `
local job = load(a.id)
if not job or job.status ~= 'dead' then return 0 end
writesAnyway()
delay(job, a.now, a.now, false)
redis.call('HSET', job.hash, '_made', 0, 'atm', 0, 'ats', 0)
redis.call('HDEL', job.hash, '_error')
return 1
`;

const EXTEND = `
local job = loadHeld(a.id, a.fence)
if not job then return 0 end
writesAnyway()
hold(job, a.hold)
redis.call('SET', job.hash .. ':lock', a.fence, 'PX', int(a.hold))
return 1
`;

const LIST = `
local from = '-'
if a.after then
  local last = load(a.after)
  if not last then return 'unknown' end
  from = '(' .. place(last)
end
local jobs = {}
while #jobs < a.limit do
  local page = redis.call('ZRANGEBYLEX', key('status:' .. a.status), from, '+', 'LIMIT', 0, a.limit - #jobs)
  if #page == 0 then break end
  for _, at in ipairs(page) do
    from = '(' .. at
    local job = load(idIn(at))
    if job then jobs[#jobs + 1] = fieldsOf(job) end
  end
end
return jobs
`;

const NEXT_DUE = `
local first
for _, kind in ipairs(a.kinds or redis.call('SMEMBERS', key('kinds'))) do
  local at = redis.call('ZRANGEBYLEX', key('due:' .. kind), '-', '+', 'LIMIT', 0, 1)[1]
  if at and (not first or at < first) then first = at end
end
return first and string.match(first, '^%S+')
`;

const PRUNE = `
local ids = redis.call('ZRANGEBYSCORE', key('ended'), '-inf', '(' .. int(a.keptSinceMs), 'LIMIT', 0, ${MOST_AT_ONCE})
for _, id in ipairs(ids) do
  local job = load(id)
  if job then forget(job) else
    redis.call('ZREM', key('ended'), id)
    redis.call('HDEL', key('kinds-of'), id)
  end
end
return #ids
`;

/** One script for each operation on jobs: whatever it changes, it changes at once or not at all. */
export const JOB_SCRIPTS = {
  enqueue: `${FRAME}${INSERT}return insert(a.job, a.now, a.keptSince) and 1 or 0`,
  cancel: `${FRAME}${FINISH}writesAnyway() return cancel(a.id, a.now)`,
  get: `${FRAME}local job = load(a.id) return job and fieldsOf(job)`,
  list: `${FRAME}${LIST}`,
  claim: `${FRAME}${FINISH}${TAKE}${CLAIM}`,
  complete: `${FRAME}${FINISH}
    local job = loadHeld(a.id, a.fence)
    if not job then return 0 end
    writesAnyway()
    finish(job, 'done', a.now)
    return 1`,
  fail: `${FRAME}${FINISH}${DELAY}${FAIL}`,
  extend: `${FRAME}${EXTEND}`,
  redrive: `${FRAME}${FINISH}${DELAY}${REDRIVE}`,
  nextDue: `${FRAME}${NEXT_DUE}`,
  prune: `${FRAME}${INSERT}${PRUNE}`,
} as const;
