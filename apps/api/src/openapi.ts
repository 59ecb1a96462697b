import { KEY_KEPT_DAYS, ROLES_OF_OWN_SETTINGS } from '#platform/http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { isForOwnSettings, routesOf, type Route } from './routes.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const COMMAND_HEADERS = [
  {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'A UUID of your own. The same request sent again with it changes nothing and answers as before; used on the same ' +
      `route with other input it is refused with 422, for ${KEY_KEPT_DAYS} days.`,
    schema: { type: 'string', format: 'uuid' },
  },
  {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The ETag of what was decided on, such as `"7"`: refused with 412 if it has changed since.',
    schema: { type: 'string', pattern: '^"\\d+"$' },
  },
] as const;

const PROBLEM_SCHEMA = {
  type: 'object' as const,
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string' as const },
    title: { type: 'string' as const },
    status: { type: 'integer' as const },
    detail: { type: 'string' as const },
    code: { type: 'string' as const },
    instance: { type: 'string' as const },
  },
};

const REFUSALS = {
  invalid: '400: a field or header breaks a rule, which is named',
  unauthorised: '401: no valid bearer token',
  forbidden: '403: not by this person or role, or not for this setting',
  absent: '404: it names something that does not exist',
  state: '409: not in its present state',
  stale: '412: decided on a revision that is no longer the latest',
  reused: '422: the Idempotency-Key was used with other input',
  busy: '503: busy; try again after `Retry-After` seconds',
  full: '507: no room left; nothing was written',
};

function isOpen(path: string): boolean {
  return path.startsWith('/health');
}

const OWN_ONLY = `with the role ${ROLES_OF_OWN_SETTINGS.join(' or ')}`;
const WHOSE = {
  named: `${OWN_ONLY}, a setting that the token is not for (IDENTITY.NOT_YOUR_SETTING)`,
  own: `${OWN_ONLY}, a setting asked for that the token is not for (IDENTITY.NOT_YOUR_SETTING); otherwise what is of theirs is all that is shown`,
} as const;

/** Who is refused, and whose settings the others may ask about. */
function forbidden(route: Route): string | undefined {
  const { roles, whose } = route;
  const says = [
    ...(roles === undefined ? [] : [`another role than ${roles.join(', ')} (IDENTITY.ROLE_NOT_ALLOWED)`]),
    ...(isForOwnSettings(route) && whose?.is !== 'none' ? [WHOSE[whose?.is ?? 'named']] : []),
  ];
  return says.length === 0 ? undefined : `Refused: ${says.join('; or ')}.`;
}

/** Says of each route what the global parts of the edge add to it, so that no controller has to. */
function complete(document: OpenAPIObject, routes: readonly Route[]): OpenAPIObject {
  const byId = new Map(routes.map((route) => [`${route.controller}_${route.handler}`, route]));
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation: Operation | undefined = item[method];
      if (operation === undefined) continue;
      if (isOpen(path)) {
        operation.security = [];
        continue;
      }
      operation.security ??= [{ bearer: [] }];
      operation.responses['default'] = {
        description: `A problem. ${Object.values(REFUSALS).join('; ')}.`,
        content: problem,
      };
      const refused = forbidden(byId.get(operation.operationId!)!);
      if (refused !== undefined) operation.responses['403'] = { description: refused, content: problem };
      if (method === 'get') continue;
      const named = new Set((operation.parameters ?? []).map((each) => ('name' in each ? each.name : '')));
      operation.parameters = [
        ...(operation.parameters ?? []),
        ...COMMAND_HEADERS.filter((header) => !named.has(header.name)),
      ];
    }
  }
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: PROBLEM_SCHEMA },
  };
  return document;
}

export function describeApi(app: NestFastifyApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('Tranche')
    .setDescription(
      'Programme management for publicly funded workforce development. Every change is a command by a person with ' +
        'a bearer token: `npm run -s ops -- token --subject NAME --role ROLE` makes one; for the roles setting and adviser it is for the ' +
        'settings named with `--urn URN`, and nothing of another is shown or changed with it. Money is in whole pence; ' +
        'revisions and positions are decimal strings; a command answers with its `position`, which a query takes ' +
        'as `atLeast` to see what the command did. With jobs on Redis, `/admin/queues` shows BullMQ’s view of them in a ' +
        'browser: any name, and a token of an administrator or of operations as the password.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
    .build();
  return complete(SwaggerModule.createDocument(app, about), routesOf(app));
}

/** `/docs` for people, `/openapi.json` for programs. */
export function serveDocumentation(app: NestFastifyApplication): OpenAPIObject {
  const document = describeApi(app);
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Tranche API',
    swaggerOptions: { persistAuthorization: true, validatorUrl: null, docExpansion: 'none' },
  });
  return document;
}
