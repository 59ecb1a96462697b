// The API does not start with a route that anybody may command, or that does not say whose setting it is about.
import { NoSetting, OwnSettings, Public, Roles, ROLES_OF_ALL_SETTINGS, SettingIn } from '#platform/http';
import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Post, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import 'reflect-metadata';
import { requireDeclaredAccess } from './declared-access.js';

async function starting(...controllers: readonly Type[]): Promise<void> {
  @Module({ controllers: [...controllers] })
  class Planted {}
  const app = await NestFactory.createApplicationContext(Planted, { logger: false, abortOnError: false });
  try {
    requireDeclaredAccess(app);
  } finally {
    await app.close();
  }
}

@Controller('programmes/:programmeId')
class DeclaredController {
  @Get('settings/:urn/plan') path(): void {}
  @Get('tranches/:trancheId') @SettingIn('params', 'trancheId') id(): void {}
  @Get('figures') @SettingIn('query', 'urn') query(): void {}
  @Get('reports') list(@OwnSettings() _: readonly string[] | undefined): void {}
  @Get('terms') @NoSetting('they are the same for all') none(): void {}
  @Get('rounds') @Roles(...ROLES_OF_ALL_SETTINGS) office(): void {}
  @Post('notes') @Roles('operations') officeCommand(): void {}
  @Get('live') @Public() open(): void {}
}

@Controller('planted')
class AnybodyController {
  @Post() act(): void {}
}
@Controller('planted')
class UndeclaredListController {
  @Get('all') all(): void {}
}
@Controller('planted')
class UndeclaredCommandController {
  @Post() @Roles('operations', 'adviser') advise(): void {}
}
@Controller('planted/:urn')
class DenyingController {
  @Get() @NoSetting('so it says') deny(): void {}
}
@Controller('planted')
class ElsewhereController {
  @Get(':id') @SettingIn('params', 'trancheId') misnamed(): void {}
}

describe('the API', () => {
  it('starts with routes that say whom they are for and whose setting they are about', async () => {
    await expect(starting(DeclaredController)).resolves.toBeUndefined();
  });

  it.each<[string, Type, string]>([
    ['a command for anybody', AnybodyController, 'do not declare @Roles: AnybodyController.act'],
    ['a list of everybody’s', UndeclaredListController, 'UndeclaredListController.all'],
    ['an adviser’s command about nobody knows whom', UndeclaredCommandController, 'advise'],
    ['a setting in the path, and a word that it is about none', DenyingController, 'DenyingController.deny'],
    ['a setting in a parameter that it does not have', ElsewhereController, 'ElsewhereController.misnamed'],
  ])('does not start with %s', async (_, planted, says) => {
    await expect(starting(DeclaredController, planted)).rejects.toThrow(says);
  });
});
