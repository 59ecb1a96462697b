import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsDefined,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { LONGEST_DOCUMENT_NAME, LONGEST_ID, LONGEST_NOTE } from '../entered-figures.js';
import { EnterWorkforceFigure } from './enter-workforce-figure.handler.js';

export class EvidenceDocumentBody {
  @ApiProperty({ maxLength: LONGEST_DOCUMENT_NAME, example: 'payroll-october.pdf' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_DOCUMENT_NAME)
  name!: string;

  @ApiProperty({ description: 'SHA-256 of the document, in hexadecimal' })
  @Matches(/^[0-9a-f]{64}$/, { message: '$property must be 64 hexadecimal digits in lower case' })
  sha256!: string;
}

export class EnterWorkforceFigureBody extends CommandBody {
  @ApiProperty({ example: '23.4', description: 'An exact decimal, as text' })
  @IsString()
  @MaxLength(20)
  fte!: string;

  @ApiProperty({ example: '2024-10-31', description: 'The day on which the document counts the teachers' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a date written YYYY-MM-DD' })
  countedOn!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'The id of the figure that is mistaken, if there is one that is known',
  })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_ID)
  corrects?: string | null;

  @ApiProperty({ type: EvidenceDocumentBody })
  @IsDefined()
  @ValidateNested()
  @Type(() => EvidenceDocumentBody)
  document!: EvidenceDocumentBody;

  @ApiProperty({ maxLength: LONGEST_NOTE, description: 'What the document is, and how the figure follows' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_NOTE)
  note!: string;
}

@ApiTags('settings')
@ApiBearerAuth()
@Controller('settings/:urn/workforce-figure')
export class EnterWorkforceFigureController {
  constructor(private readonly commands: CommandBus) {}

  @Post('enter')
  @Roles('operations')
  @ApiOperation({
    summary:
      'Enter how many teachers a setting has, by a document, where the census has no figure or a mistaken one',
  })
  enter(
    @Param('urn') urn: string,
    @Body() { fte, countedOn, corrects = null, document, note }: EnterWorkforceFigureBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(
      new EnterWorkforceFigure({ urn, fte, countedOn, corrects, document, note }, context),
    );
  }
}
