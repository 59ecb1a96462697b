import { defineEvent, type Actor, type Instant } from '#kernel';
import { EventCodec, type NewEvent } from '#platform/event-store';
import { definePolicy } from '#platform/jobs';
import { Type } from 'typebox';

const Opened = defineEvent('WindowOpened', 1, 'A window opened.', Type.Object({ name: Type.String() }));
const Closed = defineEvent('WindowClosed', 1, 'A window closed.', Type.Object({ name: Type.String() }));
const Noise = defineEvent('Noise', 1, 'Nothing that leads to a job.', Type.Object({ name: Type.String() }));

export const remindCodec = new EventCodec([Opened, Closed, Noise]);

/** One job for each window that opens, cancelled when it closes. */
export const reminds = definePolicy({
  name: 'remind',
  handles: [Opened, Closed],
  enqueues: ['remind'],
  react(event) {
    const id = `remind.${event.data.name}`;
    return event.type === 'WindowClosed'
      ? [{ cancel: id }]
      : [{ enqueue: { id, kind: 'remind', payload: {} } }];
  },
});

const actor: Actor = {
  ...{ issuer: 'test', subject: 'test', role: 'system' },
  authentication: { method: 'system', component: 'test' },
};

/** An event about the window `name`, ready to be appended. */
export function windowEvent(what: 'opened' | 'closed' | 'noise', name: string): NewEvent {
  const make = { opened: Opened, closed: Closed, noise: Noise }[what];
  const at = '2024-01-01T09:00:00.000Z' as Instant;
  const ids = { commandId: name, correlationId: name, causationId: name };
  return remindCodec.encode(make({ name }), `${what}-${name}`, {
    occurredAt: at,
    recordedAt: at,
    actor,
    ...ids,
  });
}
