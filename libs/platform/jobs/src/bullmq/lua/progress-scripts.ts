import { FRAME } from './frame.js';
import { MOST_AT_ONCE } from './job-scripts.js';
import { FINISH, INSERT } from './transitions.js';

// Redis does not undo what a script wrote before it failed. So the checkpoint comes last: what failed half-way is
// done again, and what it had done already does nothing the second time.
const APPLY_POLICY = `
if redis.call('HGET', key('lease:' .. a.lease), 'fence') ~= a.fence then return 'lost' end
local kept = redis.call('HGET', key('policies'), a.policy)
-- Both padded to 20 digits: numbers of Lua's would not be exact.
if kept and kept >= a.checkpoint then return 'kept' end
writesMore()
for _, effect in ipairs(a.effects) do
  if effect.cancel then cancel(effect.cancel, a.now) else insert(effect.enqueue, a.now, a.keptSince) end
end
redis.call('HSET', key('policies'), a.policy, a.checkpoint)
return 'kept'
`;

const RUN_SCHEDULES = `
for _, each in ipairs(a.moments) do
  local row = redis.call('HGET', key('schedules'), each.name)
  local moment, cron = string.match(row or '', '^(%S+) (.*)$')
  if cron ~= each.cron then
    redis.call('HSET', key('schedules'), each.name, a.now.iso .. ' ' .. each.cron)
  elseif each.moment and each.moment > moment then
    insert(each.job, a.now, a.keptSince)
    redis.call('HSET', key('schedules'), each.name, each.moment .. ' ' .. cron)
  end
end
return 1
`;

const ACQUIRE_LEASE = `
local lease = key('lease:' .. a.name)
local held = redis.call('HMGET', lease, 'holder', 'until', 'granted')
if held[1] and held[1] ~= a.holder then
  local left = tonumber(held[2]) - wall()
  -- More than was ever granted: the clock has gone back, and the holder would have renewed it since.
  if left > 0 and left <= tonumber(held[3]) then return false end
end
writesAnyway()
local fence = nextFence()
redis.call('HSET', lease, 'holder', a.holder, 'fence', fence, 'until', int(wall() + a.milliseconds),
  'granted', int(a.milliseconds))
return fence
`;

const HOLD_LEASE = `
local lease = key('lease:' .. a.name)
if redis.call('HGET', lease, 'fence') ~= a.fence then return 0 end
writesAnyway()
redis.call('HSET', lease, 'until', int(wall() + a.milliseconds), 'granted', int(a.milliseconds))
return 1
`;

const BELONGS_TO = `
local known = redis.call('GET', key('belongs-to'))
if known then return known end
redis.call('SET', key('belongs-to'), a.eventStore)
return a.eventStore
`;

// In several goes, so that Redis is not kept from others. Until the last one the jobs are nobody's: a process that is
// started meanwhile, or after a reset was cut short, is refused and told to reset.
const RESET = `
writesAnyway()
redis.call('SET', key('belongs-to'), a.nobody)
redis.call('DEL', key('policies'), key('schedules'))
local ids = redis.call('HRANDFIELD', key('kinds-of'), ${MOST_AT_ONCE})
for _, id in ipairs(ids) do
  local job = load(id)
  if job then forget(job) else redis.call('HDEL', key('kinds-of'), id) end
end
if #ids > 0 then return 'more' end
for _, kind in ipairs(redis.call('SMEMBERS', key('kinds'))) do
  redis.call('DEL', unpack(queueKeys(kind, a.queueKeys)))
  redis.call('DEL', key('due:' .. kind), key('over:' .. kind), key('held:' .. kind))
end
for _, status in ipairs(a.statuses) do redis.call('DEL', key('status:' .. status)) end
redis.call('DEL', key('kinds'), key('ended'), key('belongs-to'))
return 'done'
`;

/** How far schedules and policies have come, whose the jobs are, and who may do what only one may do. */
export const PROGRESS_SCRIPTS = {
  policyCheckpoint: `${FRAME}return redis.call('HGET', key('policies'), a.policy)`,
  applyPolicy: `${FRAME}${INSERT}${FINISH}${APPLY_POLICY}`,
  runSchedules: `${FRAME}${INSERT}${RUN_SCHEDULES}`,
  acquireLease: `${FRAME}${ACQUIRE_LEASE}`,
  holdLease: `${FRAME}${HOLD_LEASE}`,
  belongsTo: `${FRAME}${BELONGS_TO}`,
  reset: `${FRAME}${INSERT}${RESET}`,
} as const;
