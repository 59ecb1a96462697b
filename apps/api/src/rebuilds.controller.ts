import { refusal, RefusalError } from '#kernel';
import { Roles } from '#platform/http';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { MachineRoom } from './machine-room.js';
import type { RebuildState } from './machine-room.messages.js';
import { COLLECTION_NAMES } from './tokens.js';

export class RebuildBody {
  @ApiPropertyOptional({
    description: 'One collection by name; without it, all of them, one after the other.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  collection?: string;
}

/** Read models built anew from the events, beside the live ones, then swapped; queries are answered meanwhile. */
@ApiTags('administration')
@Controller('admin/rebuilds')
export class RebuildsController {
  constructor(
    private readonly machineRoom: MachineRoom,
    @Inject(COLLECTION_NAMES) private readonly collections: readonly string[],
  ) {}

  @Post()
  @HttpCode(202)
  @Roles('administrator', 'operations')
  @ApiOperation({ summary: 'Rebuild one read model, or all; answers at once with an id to follow it by' })
  start(@Body() body: RebuildBody): RebuildState {
    const { collection } = body;
    if (collection !== undefined && !this.collections.includes(collection)) {
      throw new RefusalError(
        refusal(
          'REBUILD.UNKNOWN_COLLECTION',
          'not-found',
          `there is no collection '${collection}'; there are ${this.collections.join(', ')}`,
          { field: 'collection', collections: this.collections },
        ),
      );
    }
    return this.machineRoom.rebuild(collection);
  }

  @Get()
  @Roles('administrator', 'operations', 'auditor')
  @ApiOperation({ summary: 'The latest rebuilds since the server started, newest first' })
  list(): { rebuilds: readonly RebuildState[] } {
    return { rebuilds: this.machineRoom.listRebuilds() };
  }

  @Get(':id')
  @Roles('administrator', 'operations', 'auditor')
  @ApiOperation({ summary: 'How far one rebuild is' })
  one(@Param('id') id: string): RebuildState {
    const rebuild = this.machineRoom.rebuildOf(id);
    if (rebuild !== undefined) return rebuild;
    throw new RefusalError(
      refusal('REBUILD.UNKNOWN', 'not-found', `this server knows no rebuild ${id} since it started`, { id }),
    );
  }
}
