import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsDefined,
  IsInt,
  IsNotEmpty,
  IsString,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { SignGrantAgreement } from './sign-grant-agreement.handler.js';

export class SignatoryBody {
  @ApiProperty({
    description: 'A subject id, without spaces. A setting signs as who is logged in.',
    maxLength: 200,
  })
  @IsString()
  @Matches(/^\S+$/, { message: '$property must be a subject id without spaces' })
  @MaxLength(200)
  subject!: string;

  @ApiProperty({ example: 'head teacher', maxLength: 100 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  roleTitle!: string;
}

export class SignGrantAgreementBody extends CommandBody {
  @ApiProperty({ minimum: 1, description: 'The version that is signed: the one in force.' })
  @IsInt()
  @Min(1)
  version!: number;

  @ApiProperty({ description: 'Of the document that was signed, in lower-case hexadecimal.' })
  @Matches(/^[0-9a-f]{64}$/, { message: '$property must be 64 hexadecimal digits, in lower case' })
  sha256!: string;

  @ApiProperty({ type: SignatoryBody })
  @IsDefined()
  @ValidateNested()
  @Type(() => SignatoryBody)
  signatory!: SignatoryBody;
}

@ApiTags('participations')
@ApiBearerAuth()
@Controller('programmes/:programmeId/participations/:urn')
export class SignGrantAgreementController {
  constructor(private readonly commands: CommandBus) {}

  @Post('grant-agreement/sign')
  @Roles('setting', 'operations')
  @ApiOperation({
    summary: 'Sign the grant agreement that is in force, or record the signature of a person of the setting',
  })
  sign(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() body: SignGrantAgreementBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const { occurredAt: _, ...given } = body;
    return this.commands.execute(new SignGrantAgreement({ ...given, programmeId, urn }, context));
  }
}
