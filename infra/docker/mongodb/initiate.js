// Run by mongosh in docker-compose.yml's `mongodb-initiate`, any number of times: begins the replica set if nobody has,
// and makes the user of Tranche, who may read and write its database and nothing else.
const { MONGODB_ROOT_USERNAME, MONGODB_ROOT_PASSWORD, MONGODB_TRANCHE_PASSWORD } = process.env;

const MOST_TRIES = 120;
const PAUSE = 500;
const NOT_YET_INITIALIZED = 94;
const ALREADY_INITIALIZED = 23;

const admin = connect(
  'mongodb://mongodb:27017/admin?directConnection=true',
  MONGODB_ROOT_USERNAME,
  MONGODB_ROOT_PASSWORD,
);

try {
  admin.adminCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.code !== NOT_YET_INITIALIZED) throw error;
  try {
    admin.adminCommand({
      replSetInitiate: { _id: 'tranche', members: [{ _id: 0, host: 'mongodb:27017' }] },
    });
  } catch (other) {
    if (other.code !== ALREADY_INITIALIZED) throw other;
  }
}

for (let tried = 1; !admin.adminCommand({ hello: 1 }).isWritablePrimary; tried += 1) {
  if (tried === MOST_TRIES) throw new Error('the replica set has no primary after a minute');
  sleep(PAUSE);
}

const tranche = admin.getSiblingDB('tranche');
const account = { pwd: MONGODB_TRANCHE_PASSWORD, roles: [{ role: 'readWrite', db: 'tranche' }] };
if (tranche.getUser('tranche') === null) tranche.createUser({ user: 'tranche', ...account });
else tranche.updateUser('tranche', account);
print('the replica set and its user are there');
