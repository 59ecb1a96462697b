import {
  createParamDecorator,
  SetMetadata,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import type { ActingRequest } from './command-context.js';

export const SETTING_METADATA = 'tranche:setting';
type Place = 'params' | 'query' | 'body';

/** Which setting a route is about: one that the request names, those of who asks, or none at all. */
export type WhoseSetting =
  | {
      readonly is: 'named';
      readonly place: Place;
      readonly field: string;
      readonly urnOf: (value: string) => string;
    }
  | { readonly is: 'own' }
  | { readonly is: 'none'; readonly because: string };

/**
 * The route is about the setting that this field of the request names; it must be there for whoever has settings of
 * their own only. A path with `:urn` needs no word of it.
 * @param urnOf takes the URN out of an id that has it in it
 */
export function SettingIn(
  place: Place,
  field: string,
  urnOf: (value: string) => string = (value) => value,
): CustomDecorator {
  return SetMetadata(SETTING_METADATA, { is: 'named', place, field, urnOf } satisfies WhoseSetting);
}

/** What the route shows or keeps is about no setting. `because` is for whoever reads the code next. */
export function NoSetting(because: string): CustomDecorator {
  return SetMetadata(SETTING_METADATA, { is: 'none', because } satisfies WhoseSetting);
}

const ownSettings = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { settings } = context.switchToHttp().getRequest<ActingRequest>();
  if (settings === undefined)
    throw new Error('a list was asked for before anybody said whose settings it shows');
  return settings === 'all' ? undefined : settings;
});

/**
 * Controller parameter of a list: the URNs of the only settings it may show, `undefined` for all. Having it is what
 * declares that the route shows who asks what is theirs; a `urn` in the request is still held against them. Beside
 * {@link SettingIn} it declares nothing more: the route is about the setting named.
 */
export function OwnSettings(): ParameterDecorator {
  return (controller, method, index) => {
    const handler = (controller as Record<string | symbol, object>)[method!]!;
    Reflect.defineMetadata(SETTING_METADATA, { is: 'own' } satisfies WhoseSetting, handler);
    ownSettings()(controller, method, index);
  };
}

/**
 * Every setting that a request names: in the place its route declares, and as `urn` wherever else, so that no route
 * can be asked past what it declares.
 * @returns as it was sent, whatever it is; `undefined` among them where the route wants one and none is named
 */
export function settingsNamed(
  request: Pick<ActingRequest, Place>,
  whose: WhoseSetting | undefined,
): readonly unknown[] {
  const field = (place: Place, name: string): readonly unknown[] => {
    const holder = request[place];
    if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, name)) return [];
    return [(holder as Record<string, unknown>)[name]];
  };
  const anywhere = (['params', 'query', 'body'] as const).flatMap((place) => field(place, 'urn'));
  if (whose?.is !== 'named') return anywhere;
  const [declared] = field(whose.place, whose.field);
  return [typeof declared === 'string' ? whose.urnOf(declared) : declared, ...anywhere];
}
