import { Module } from '@nestjs/common';
import { WorkListController } from './work-list/get-work-list/get-work-list.controller.js';
import { GetWorkListHandler } from './work-list/get-work-list/get-work-list.query.js';
import { WorkListsController } from './work-list/list-work-lists/list-work-lists.controller.js';
import { ListWorkListsHandler } from './work-list/list-work-lists/list-work-lists.query.js';
import { WhatWaits } from './work-list/get-work-list/what-waits.js';

@Module({
  controllers: [WorkListController, WorkListsController],
  providers: [WhatWaits, GetWorkListHandler, ListWorkListsHandler],
})
export class WorkListsModule {}
