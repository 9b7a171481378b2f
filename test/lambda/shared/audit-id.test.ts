import { auditEventId } from '../../../lambda/shared/audit-id';
import { newUuid, parseUuid } from '../../../lambda/shared/uuid';
import { startSqlService, type SqlService } from '../../support/sql-service';

let service: SqlService;
beforeAll(async () => {
  service = await startSqlService();
}, 60_000);
afterAll(() => service.stop());

describe('the ids of an answer’s events', () => {
  it('are those that the database makes', async () => {
    const [auditId, numbers] = [newUuid(), [1, 2, 3, 10, 200, 100_000]];
    const rows = await service.admin<{ id: string }>('SELECT audit.event_id($1, n) AS id FROM unnest($2::bigint[]) AS n', [auditId, numbers]);
    expect(rows.map(({ id }) => id)).toEqual(numbers.map((n) => auditEventId(auditId, n)));
    expect(new Set(rows.map(({ id }) => parseUuid(id))).size).toBe(numbers.length);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])('have no number %p', (n) => {
    expect(() => auditEventId(newUuid(), n)).toThrow('audit_event_number_invalid');
  });
});
