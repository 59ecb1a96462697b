import { Module } from '@nestjs/common';
import { EnrolSettingController } from './participation/enrol-setting/enrol-setting.controller.js';
import { EnrolSettingHandler } from './participation/enrol-setting/enrol-setting.handler.js';
import { CreateProgrammeController } from './programme/create-programme/create-programme.controller.js';
import { CreateProgrammeHandler } from './programme/create-programme/create-programme.handler.js';
import { ParticipationsController } from './read-models/participations/participations.controller.js';
import { ListParticipationsHandler } from './read-models/participations/participations.query.js';
import { ProgrammesController } from './read-models/programmes/programmes.controller.js';
import { GetProgrammeHandler, ListProgrammesHandler } from './read-models/programmes/programmes.query.js';

@Module({
  controllers: [
    CreateProgrammeController,
    EnrolSettingController,
    ProgrammesController,
    ParticipationsController,
  ],
  providers: [
    CreateProgrammeHandler,
    EnrolSettingHandler,
    ListProgrammesHandler,
    GetProgrammeHandler,
    ListParticipationsHandler,
  ],
})
export class ProgrammeModule {}
