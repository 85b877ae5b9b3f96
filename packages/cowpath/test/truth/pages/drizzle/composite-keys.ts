import { and, asc, eq, gt } from 'drizzle-orm';
import { account, project, task } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

const PROJECT_TASKS = 'project.(tenant_id,id) -> task.(tenant_id,project_id)';

/** Keys of two columns, the tenant's number shared by all of them. */
export const compositeKeys: DrizzlePage = {
  shows: 'composite keys',
  root: 'GET /tenants/:n/board',
  served: 'fastify',
  requests: 12,
  together: 2,
  async run({ db }, truth, random, n) {
    const tenant = 1 + (n % 6);
    const listed = await db
      .select()
      .from(project)
      .where(and(eq(project.tenantId, tenant), gt(project.id, random.from(0, 10))))
      .orderBy(asc(project.id))
      .limit(6);
    const projects = truth.query('project', null, listed.length);
    for (const one of listed) {
      const owner = await db
        .select()
        .from(account)
        .where(and(eq(account.tenantId, tenant), eq(account.id, one.ownerId)));
      truth.follow(projects, 'project.(tenant_id,owner_id) -> account.(tenant_id,id)', owner.length);
      const open = await db
        .select()
        .from(task)
        .where(and(eq(task.projectId, one.id), eq(task.tenantId, one.tenantId)))
        .limit(3);
      const tasks = truth.follow(projects, PROJECT_TASKS, open.length);
      for (const { assigneeId, tenantId } of open) {
        const assignee = await db
          .select({ name: account.name })
          .from(account)
          .where(and(eq(account.id, assigneeId), eq(account.tenantId, tenantId)));
        truth.follow(tasks, 'task.(tenant_id,assignee_id) -> account.(tenant_id,id)', assignee.length);
      }
    }
  },
};
