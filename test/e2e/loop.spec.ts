import { Installation } from './installation.js';
import { theLoop } from './loop.js';

theLoop('embedded engines in one process', () => Installation.open());
