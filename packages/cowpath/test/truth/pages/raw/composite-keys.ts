import type { RawPage } from '../../drivers/raw.ts';

const PROJECT_TASKS = 'project.(tenant_id,id) -> task.(tenant_id,project_id)';

/** Keys of two columns, the tenant's number shared by all of them. */
export const compositeKeys: RawPage = {
  shows: 'composite keys',
  root: 'GET /tenants/:n/board',
  served: 'express',
  requests: 12,
  together: 2,
  async run({ db: pool }, truth, random, n) {
    const tenant = 1 + (n % 6);
    const listed = await pool.query(
      'select * from project where tenant_id = $1 and id > $2 order by id limit 6',
      [tenant, random.from(0, 10)],
    );
    const projects = truth.query('project', null, listed.rows.length);
    for (const project of listed.rows) {
      const owner = await pool.query('select name from account where tenant_id = $1 and id = $2', [
        project.tenant_id,
        project.owner_id,
      ]);
      truth.follow(projects, 'project.(tenant_id,owner_id) -> account.(tenant_id,id)', owner.rows.length);
      const open = await pool.query(
        'select tenant_id, id, title, assignee_id from task where project_id = $1 and tenant_id = $2 order by id limit 3',
        [project.id, project.tenant_id],
      );
      const tasks = truth.follow(projects, PROJECT_TASKS, open.rows.length);
      for (const task of open.rows) {
        const assignee = await pool.query('select id, name from account where id = $1 and tenant_id = $2', [
          task.assignee_id,
          task.tenant_id,
        ]);
        truth.follow(tasks, 'task.(tenant_id,assignee_id) -> account.(tenant_id,id)', assignee.rows.length);
      }
    }
  },
};
