import { RequestMethod, type INestApplicationContext } from '@nestjs/common';
import { isForOwnSettings, namesSettingInPath, routesOf, type Route } from './routes.js';

/**
 * A command that anybody with a token may give, and a list that shows a setting what is another's, are mistakes nobody
 * sees in review; so every route that is not a GET must say whom it is for, and every route that a setting or an adviser
 * may call must say whose setting it is about.
 * @throws Error naming the routes that do not
 */
export function requireDeclaredAccess(app: INestApplicationContext): void {
  const routes = routesOf(app);
  const named = (faulty: readonly Route[]): string =>
    faulty.map(({ controller, handler }) => `${controller}.${handler}`).join(', ');
  const anybodys = routes.filter(
    ({ method, roles, isPublic }) => method !== RequestMethod.GET && roles === undefined && !isPublic,
  );
  if (anybodys.length > 0) throw new Error(`these routes do not declare @Roles: ${named(anybodys)}`);
  const nobodys = routes.filter((route) => isForOwnSettings(route) && !saysWhose(route));
  if (nobodys.length > 0) {
    throw new Error(
      `settings and advisers may call these routes, which do not say whose setting they are about ` +
        `(:urn in the path, @SettingIn, @OwnSettings, @NoSetting, or @Roles(...ROLES_OF_ALL_SETTINGS)): ${named(nobodys)}`,
    );
  }
}

/** One that names a setting cannot be about none, and what it is named in must be there. */
function saysWhose(route: Route): boolean {
  const { whose, path } = route;
  if (whose === undefined) return namesSettingInPath(route);
  if (whose.is === 'none') return !namesSettingInPath(route);
  return whose.is !== 'named' || whose.place !== 'params' || path.split('/').includes(`:${whose.field}`);
}
