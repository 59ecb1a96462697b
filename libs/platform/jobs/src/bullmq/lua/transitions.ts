import { addDelayedJob } from 'bullmq/dist/cjs/scripts/addDelayedJob-6.js';
import { moveToActive } from 'bullmq/dist/cjs/scripts/moveToActive-11.js';
import { moveToDelayed } from 'bullmq/dist/cjs/scripts/moveToDelayed-11.js';
import { moveToFinished } from 'bullmq/dist/cjs/scripts/moveToFinished-14.js';

/** BullMQ's own scripts that ours are built around; how each is called was read in it. */
export const BULLMQ_SCRIPTS = [addDelayedJob, moveToActive, moveToDelayed, moveToFinished] as const;

/** BullMQ's own script as a function: what it does and what we note of it are one transaction then. */
function asFunction({ name, content }: (typeof BULLMQ_SCRIPTS)[number]): string {
  return `local function bull_${name}(KEYS, ARGV)\n${content}\nend\n`;
}

/** Adds a job to its queue. */
export const INSERT = `${asFunction(addDelayedJob)}
local function forget(job)
  unindex(job)
  for _, set in ipairs({ 'completed', 'failed', 'delayed' }) do
    redis.call('ZREM', queue(job.kind) .. set, bullId(job.id))
  end
  redis.call('DEL', job.hash, job.hash .. ':lock', job.hash .. ':logs')
  redis.call('HDEL', key('kinds-of'), job.id)
end

-- An id whose job ended before keptSince is as good as unknown. Returns whether it was.
local function insert(given, now, keptSince)
  local known = load(given.id)
  if known then
    local ended = known.status ~= 'waiting' and known.status ~= 'running' and known.status ~= 'dead'
    if not ended or known.endedAt >= keptSince then return false end
  end
  writesMore()
  if known then forget(known) end
  local seq = string.format('%016.0f', redis.call('HINCRBY', key('counters'), 'seq', 1))
  local job = { id = given.id, kind = given.kind, hash = queue(given.kind) .. bullId(given.id), seq = seq,
    notAfterMs = given.notAfterMs }
  redis.call('SADD', key('kinds'), given.kind)
  redis.call('HSET', key('kinds-of'), given.id, given.kind)
  redis.call('DEL', job.hash)
  bull_addDelayedJob(queueKeys(given.kind, { 'marker', 'meta', 'id', 'delayed', 'completed', 'events' }),
    { cmsgpack.pack({ queue(given.kind), bullId(given.id), given.kind, now.ms }), given.payload,
      cmsgpack.pack({ delay = math.max(0, given.runAt.ms - now.ms), attempts = given.attempts }) })
  redis.call('HSET', job.hash, '_status', 'waiting', '_runAt', given.runAt.iso, '_seq', seq,
    '_attempts', given.attempts, '_made', 0, '_enqueuedAt', now.iso)
  if given.notAfter then
    redis.call('HSET', job.hash, '_notAfter', given.notAfter, '_notAfterMs', int(given.notAfterMs))
  end
  indexWaiting(job, given.runAt)
  return true
end
`;

/** Takes a job from wherever it is in its queue to where the next of BullMQ's scripts expects it. */
const PULL = `
local function pull(job, list)
  local q = queue(job.kind)
  for _, set in ipairs({ 'delayed', 'failed', 'completed' }) do redis.call('ZREM', q .. set, bullId(job.id)) end
  for _, from in ipairs({ 'wait', 'active' }) do redis.call('LREM', q .. from, 0, bullId(job.id)) end
  redis.call('RPUSH', q .. list, bullId(job.id))
end
`;

/** Ends a job: BullMQ knows two ends, so that its return value says which of ours it was. */
export const FINISH = `${asFunction(moveToFinished)}${PULL}
local function finish(job, status, at, failure)
  unindex(job)
  pull(job, 'active')
  local set = status == 'dead' and 'failed' or 'completed'
  local keys = queueKeys(job.kind, { 'wait', 'active', 'prioritized', 'events', 'stalled', 'limiter', 'delayed',
    'paused', 'meta', 'pc', set, bullId(job.id), 'metrics:' .. set, 'marker' })
  local field, value = 'returnvalue', cjson.encode(status)
  if status == 'dead' then field, value = 'failedReason', failure end
  -- Token "0": that the hold is still ours has been seen by its fence, which outlives BullMQ's lock.
  bull_moveToFinished(keys, { bullId(job.id), int(at.ms), field, value, set, '0', queue(job.kind),
    cmsgpack.pack({ token = '0', keepJobs = { count = -1 }, lockDuration = 1, attempts = job.attempts,
      maxMetricsSize = '' }), '' })
  redis.call('DEL', job.hash .. ':lock')
  redis.call('HDEL', job.hash, '_cancelling', '_heldUntil', '_granted')
  redis.call('HSET', job.hash, '_status', status, '_endedAt', at.iso)
  if failure then redis.call('HSET', job.hash, '_error', failure) end
  indexAs(job, status)
  if status ~= 'dead' then redis.call('ZADD', key('ended'), int(at.ms), job.id) end
end

local function cancel(id, at)
  local job = load(id)
  if not job then return 0 end
  if job.status == 'waiting' or job.status == 'dead' then
    finish(job, 'cancelled', at)
    return 1
  end
  if job.status == 'running' then redis.call('HSET', job.hash, '_cancelling', 1) end
  return 0
end
`;

/** Lets a job that ran, or a dead letter, wait again. Needs {@link FINISH}. */
export const DELAY = `${asFunction(moveToDelayed)}
local function delay(job, runAt, now, attemptCounts)
  unindex(job)
  pull(job, 'active')
  local keys = queueKeys(job.kind, { 'marker', 'active', 'prioritized', 'delayed', bullId(job.id), 'events', 'meta',
    'stalled', 'wait', 'limiter', 'pc' })
  bull_moveToDelayed(keys, { queue(job.kind), int(now.ms), bullId(job.id), '0',
    int(math.max(0, runAt.ms - now.ms)), attemptCounts and '0' or '1', '', '0', '' })
  redis.call('DEL', job.hash .. ':lock')
  redis.call('HDEL', job.hash, '_heldUntil', '_granted', '_endedAt', 'finishedOn', 'failedReason')
  redis.call('HSET', job.hash, '_status', 'waiting', '_runAt', runAt.iso)
  indexWaiting(job, runAt)
end
`;

/** Gives a job to a worker. Needs {@link FINISH}. */
export const TAKE = `${asFunction(moveToActive)}
local function take(job, now, holdMilliseconds, lost)
  local q = queue(job.kind)
  local score = redis.call('ZSCORE', q .. 'delayed', bullId(job.id))
  pull(job, 'wait')
  local fence = nextFence()
  local keys = queueKeys(job.kind, { 'wait', 'active', 'prioritized', 'events', 'stalled', 'limiter', 'delayed',
    'paused', 'meta', 'pc', 'marker' })
  -- The moment -1: BullMQ shall make no other job ready, since it would give them in another order than ours.
  local taken = bull_moveToActive(keys, { q, '-1', cmsgpack.pack({ token = fence, lockDuration = holdMilliseconds }) })
  if taken[2] ~= bullId(job.id) then -- The queue has been paused, or given a limit.
    redis.call('LREM', q .. 'wait', 0, bullId(job.id))
    if job.status == 'running' then redis.call('LPUSH', q .. 'active', bullId(job.id))
    else redis.call('ZADD', q .. 'delayed', score or 0, bullId(job.id)) end
    return false
  end
  unindex(job)
  if job.status == 'running' then redis.call('HSET', job.hash, '_error', lost) end
  redis.call('HSET', job.hash, '_status', 'running', '_made', job.made + 1, '_fence', fence,
    'processedOn', int(now.ms))
  indexAs(job, 'running')
  hold(job, holdMilliseconds)
  return true
end
`;
