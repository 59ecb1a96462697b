export { GetWorkList, type WorkList } from './work-list/get-work-list/get-work-list.query.js';
export { ListWorkLists, type WorkListCount } from './work-list/list-work-lists/list-work-lists.query.js';
export { SAYING_WHOSE_TURN } from './work-list/get-work-list/what-waits.js';
export type { WorkItem } from './work-list/work-item.js';
export { WorkListsModule } from './work-lists.module.js';
