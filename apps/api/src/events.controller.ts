import { refusal, RefusalError } from '#kernel';
import { EVENT_STORE, type EventStore, type StoredEvent } from '#platform/event-store';
import { positionFrom, Roles } from '#platform/http';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';

const DEFAULT_LIMIT = 100;
const LARGEST_LIMIT = 1000;

export class EventsQuery {
  @ApiPropertyOptional({ description: 'Only events after this position (exclusive).' })
  @IsOptional()
  @IsString()
  @MaxLength(19)
  after?: string;

  @ApiPropertyOptional({ description: 'Only events of this stream, such as `programme-ipswich`.' })
  @IsOptional()
  @IsString()
  @MaxLength(300)
  stream?: string;

  @ApiPropertyOptional({ description: 'Only events of this type, such as `TrancheReleased`.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  type?: string;

  @ApiPropertyOptional({
    description: `Most events to answer, 1 to ${LARGEST_LIMIT}; default ${DEFAULT_LIMIT}.`,
  })
  @IsOptional()
  @IsString()
  @MaxLength(4)
  limit?: string;
}

/** Events as stored, in log order, and where to go on. */
export interface EventsPage {
  readonly events: readonly StoredEvent[];
  /** Pass as `after` to go on; absent at the end of the log. */
  readonly next?: string;
}

/** The log itself, for those who check it. */
@ApiTags('events')
@Controller('events')
export class EventsController {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  @Get()
  @Roles('auditor', 'operations', 'administrator')
  @ApiOperation({ summary: 'The events, in the order in which they were recorded' })
  async list(@Query() query: EventsQuery): Promise<EventsPage> {
    const limit = limitFrom(query.limit);
    const after = query.after === undefined ? undefined : positionFrom(query.after, 'after');
    const found: StoredEvent[] = [];
    const matches = (event: StoredEvent): boolean =>
      (query.stream === undefined || event.stream === query.stream) &&
      (query.type === undefined || event.type === query.type);
    const pages = this.store.readAll({
      ...(after === undefined ? {} : { after }),
      filter: {
        ...(query.type === undefined ? {} : { types: [query.type] }),
        ...(query.stream === undefined ? {} : { streamPrefixes: [query.stream] }),
      },
      // One more than asked for tells whether there is a next page.
      pageSize: limit + 1,
    });
    for await (const page of pages) {
      found.push(...page.filter(matches));
      if (found.length > limit) break;
    }
    const events = found.slice(0, limit);
    return found.length > limit ? { events, next: events.at(-1)!.position.toString() } : { events };
  }
}

function limitFrom(text: string | undefined): number {
  const limit = text === undefined ? DEFAULT_LIMIT : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (limit >= 1 && limit <= LARGEST_LIMIT) return limit;
  throw new RefusalError(
    refusal('QUERY.BAD_LIMIT', 'invalid', `limit must be a whole number from 1 to ${LARGEST_LIMIT}`, {
      field: 'limit',
    }),
  );
}
