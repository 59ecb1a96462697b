import {
  PUBLIC_METADATA,
  ROLES_METADATA,
  ROLES_OF_OWN_SETTINGS,
  SETTING_METADATA,
  type Role,
  type WhoseSetting,
} from '#platform/http';
import type { RequestMethod, INestApplicationContext } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';

/** A route and what it declares of who may call it. */
export interface Route {
  readonly controller: string;
  readonly handler: string;
  readonly method: RequestMethod;
  /** As it is declared, without the prefix of the API: `programmes/:programmeId/tranches`. */
  readonly path: string;
  readonly isPublic: boolean;
  /** `undefined`: every role. */
  readonly roles: readonly Role[] | undefined;
  readonly whose: WhoseSetting | undefined;
}

type Handler = (...args: never[]) => unknown;

/** Every route of the application's controllers. */
export function routesOf(app: INestApplicationContext): readonly Route[] {
  const scanner = new MetadataScanner();
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [
    ...module.controllers.values(),
  ]);
  return controllers.flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const prototype = metatype.prototype as Record<string, Handler>;
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name]!;
      const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
      if (method === undefined) return [];
      const declared = <T>(key: string): T | undefined =>
        (Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, metatype)) as T | undefined;
      const path = [metatype, handler].flatMap((one) => Reflect.getMetadata(PATH_METADATA, one) as string);
      return [
        {
          ...{ controller: metatype.name, handler: name, method, path: path.join('/') },
          isPublic: declared<boolean>(PUBLIC_METADATA) === true,
          roles: declared<readonly Role[]>(ROLES_METADATA),
          whose: declared<WhoseSetting>(SETTING_METADATA),
        },
      ];
    });
  });
}

/** Whether somebody with settings of their own only may call it. */
export function isForOwnSettings({ isPublic, roles }: Route): boolean {
  return !isPublic && (roles === undefined || ROLES_OF_OWN_SETTINGS.some((role) => roles.includes(role)));
}

/** Whether its path names the setting that it is about. */
export function namesSettingInPath({ path }: Route): boolean {
  return path.split('/').includes(':urn');
}
