import type { Evidence, ProfileBuilder, Reference } from '@cowpath/profile';
import { EVIDENCE_SIGNATURES_MIN } from '@cowpath/profile';
import type { Candidate } from './candidate.ts';
import { type EvidenceLog, signatureOf } from './evidence-log.ts';
import type { Execution, Group, Match } from './group.ts';
import { LoadNode } from './load-node.ts';

/** What a candidate's nature is worth beside its evidence: a declared reference between a key and its foreign key is the plain case. */
const PLAIN_REFERENCE = 3;
const SAME_OBJECT = 1;
const MORE_COLUMNS = 2;
const DECLARED = 1;
/** A column that the program filled itself is followed less often than one that it read. */
const SUPPLIED = -4;
/** What was read again stands just before what it was read by. */
const READ_AGAIN = 0.001;
/** Below every other candidate. */
const ROUNDABOUT = 1000;
/** What explains so much of what another does stands before it. */
const NEARLY_ALL = 0.9;

/** Two columns that explain so many distinct values alike in one root are not told apart by luck. */
const AMBIGUOUS_VALUES_MIN = 3;

/** One execution's decided explanation; null: it starts a trail. */
export type Decision = Match | null;

/**
 * Decides, for the executions of one group, which candidate each of them followed. Candidates are ranked by
 * how well they explain the whole group; a value is given to a candidate as often as its source has rows
 * with it, so that two columns read in one loop share out the executions rightly.
 */
export function decide(group: Group, log: EvidenceLog): Map<Execution, Decision> {
  const decisions = new Map<Execution, Decision>();
  const score = new Map<Candidate, number>();
  const candidates = [...group.candidates.values()];
  for (const candidate of candidates) score.set(candidate, scoreOf(candidate, kindOf(group, candidate), log));
  preferReadAgain(candidates, score);
  const best = Math.max(0, ...score.values());
  const roundabout = new Set(candidates.filter((candidate) => isRoundabout(candidate, group.pending)));
  for (const candidate of roundabout) score.set(candidate, score.get(candidate)! - best - ROUNDABOUT);
  for (const execution of group.pending) {
    const ranked = execution.matches
      .filter(({ candidate }) => !isDoubtfulOutside(group, candidate, log))
      .sort((a, b) => score.get(b.candidate)! - score.get(a.candidate)!);
    // A program that holds an object (an identity map) follows it again without another row.
    const direct = ranked.filter(({ candidate }) => !roundabout.has(candidate));
    const chosen = (direct.length > 0 ? direct : ranked).find(roomFor) ?? ranked[0] ?? null;
    if (chosen) take(chosen);
    decisions.set(execution, chosen);
  }
  group.readAgainFrom = readAgainFrom(decisions);
  return decisions;
}

/** Books the evidence of a group's decisions to its candidates' steps. */
export function bookEvidence(
  builder: ProfileBuilder,
  group: Group,
  decisions: ReadonlyMap<Execution, Decision>,
  log: EvidenceLog,
): void {
  const unexplained = [...decisions]
    .filter(([execution, decision]) => decision === null && execution.asked !== null)
    .map(([execution]) => execution);
  const byCandidate = new Map<Candidate, Execution[]>();
  for (const [execution, decision] of decisions) {
    if (decision === null) continue;
    const assigned = byCandidate.get(decision.candidate);
    if (assigned) assigned.push(execution);
    else byCandidate.set(decision.candidate, [execution]);
  }
  for (const candidate of group.candidates.values()) {
    const kind = kindOf(group, candidate);
    const executions = byCandidate.get(candidate) ?? [];
    const weighed = [...decisions]
      .filter(([{ asked }, decision]) =>
        decision === null ? asked !== null : decision.candidate === candidate,
      )
      .map(([execution]) => execution);
    const against = unexplained.length * candidate.missed;
    if (executions.length === 0) {
      // What was not taken because it is doubtful is still weighed: it may come to be believed.
      const doubtful = isOutside(group, candidate) && candidate.explains > 0;
      if (doubtful) log.isNews(kind, signatureOf(weighed), candidate.promise);
      else if (unexplained.length > 0) log.owe(kind, signatureOf(weighed), against);
      continue;
    }
    let log_ratio = against;
    const values = new Set<string>();
    for (const execution of executions) {
      const match = decisions.get(execution)!;
      log_ratio += match.log_ratio;
      for (const value of match.values) values.add(value);
    }
    const news = log.isNews(kind, signatureOf(weighed), log_ratio);
    const siblings = candidate.source.made;
    const { followed } = candidate;
    const evidence: Evidence = {
      tested: executions.length + unexplained.length,
      explained: executions.length,
      log_ratio: (news ? log_ratio : 0) + log.settle(kind),
      signatures: news ? 1 : 0,
      siblings: siblings - candidate.reported.siblings,
      followed: followed - candidate.reported.followed,
      values: values.size,
    };
    candidate.reported = { siblings, followed };
    executions[0]!.node?.step(builder).addEvidence(evidence);
  }
}

/**
 * The reference of each candidate, or an ambiguous one where another column of the same rows explains
 * exactly the same executions, and nothing in earlier roots told the two apart.
 */
export function ambiguities(
  group: Group,
  log: EvidenceLog,
  ambiguous: (reference: Reference, or: readonly (readonly string[])[]) => Reference,
): Map<Candidate, Reference> {
  const references = new Map<Candidate, Reference>();
  const explainedBy = new Map<Candidate, Execution[]>();
  for (const execution of group.pending) {
    for (const { candidate } of execution.matches) {
      const of = explainedBy.get(candidate);
      if (of) of.push(execution);
      else explainedBy.set(candidate, [execution]);
    }
  }
  for (const [candidate, executions] of explainedBy) {
    const kind = kindOf(group, candidate);
    const or: (readonly string[])[] = [];
    for (const [twin, theirs] of explainedBy) {
      if (twin === candidate || !areTwins(candidate, twin)) continue;
      const twinKind = kindOf(group, twin);
      if (!sameList(executions, theirs)) log.tellApart(kind, twinKind);
      else if (!log.areToldApart(kind, twinKind) && isEnough(executions, candidate, log, kind, twinKind)) {
        or.push(twin.reference.from_columns);
      }
    }
    references.set(candidate, or.length > 0 ? ambiguous(candidate.reference, or) : candidate.reference);
  }
  return references;
}

/** Whether two columns have been alike for long enough to call it more than luck. */
function isEnough(
  executions: readonly Execution[],
  candidate: Candidate,
  log: EvidenceLog,
  kind: string,
  twinKind: string,
): boolean {
  if (distinctValues(executions, candidate) >= AMBIGUOUS_VALUES_MIN) return true;
  return Math.min(log.signatures(kind), log.signatures(twinKind)) >= EVIDENCE_SIGNATURES_MIN;
}

/** Links each execution to the object it followed from, or starts a trail. */
export function nodeOf(
  execution: Execution,
  decision: Decision,
  references: ReadonlyMap<Candidate, Reference>,
  path: readonly string[],
): LoadNode {
  const from = decision?.from;
  const parent = from instanceof LoadNode ? from : from?.node;
  if (!decision || !parent) return originNode(execution, path);
  const reference = references.get(decision.candidate) ?? decision.candidate.reference;
  return LoadNode.follow(parent, reference, execution.resolved.origin);
}

/** The same one for all of a group, as long as its context keeps its name. */
function originNode({ group, resolved }: Execution, path: readonly string[]): LoadNode {
  const known = group.originNode;
  if (known !== null && known.origin === resolved.origin && sameList(known.path, path)) return known;
  group.originNode = LoadNode.origin(resolved.origin, path);
  return group.originNode;
}

function scoreOf(candidate: Candidate, kind: string, log: EvidenceLog): number {
  const { reference } = candidate;
  return (
    candidate.promise +
    log.prior(kind) / 2 +
    (isPlain(reference) ? PLAIN_REFERENCE : reference.holder === 'neither' ? SAME_OBJECT : 0) +
    MORE_COLUMNS * (reference.to_columns.length - 1) +
    (reference.known_by === 'foreign-key' ? DECLARED : 0) +
    (candidate.source.supplied ? SUPPLIED : 0)
  );
}

/**
 * Objects may be listed by their keys, and each read again by its key: both hold the same values, and which of
 * the two explains more is a matter of order. The program follows from what it read last, the whole object.
 */
function preferReadAgain(candidates: readonly Candidate[], score: Map<Candidate, number>): void {
  // A row may be read again more than once: each pass is one step further.
  for (let pass = 1; pass < candidates.length; pass++) {
    let changed = false;
    for (const later of candidates) {
      for (const earlier of candidates) {
        if (score.get(later)! > score.get(earlier)! || !isReadAgain(later, earlier)) continue;
        score.set(later, score.get(earlier)! + READ_AGAIN);
        changed = true;
      }
    }
    if (!changed) return;
  }
}

/**
 * Whether `later` supposes the same reference as `earlier`, from rows that were read by the keys of that one's and
 * have more columns. Where they have no more, as an ORM reads an object before it saves it, the program may as well
 * hold on to the first.
 */
function isReadAgain(later: Candidate, earlier: Candidate): boolean {
  return (
    later.source.group.readAgainFrom === earlier.source.group &&
    later.source.group.columns > earlier.source.group.columns &&
    later.asked === earlier.asked &&
    later.source.key.table === earlier.source.key.table &&
    later.reference.from_columns.join() === earlier.reference.from_columns.join()
  );
}

/** The group whose rows nearly all of these executions read again by their keys. */
function readAgainFrom(decisions: ReadonlyMap<Execution, Decision>): Group | null {
  const times = new Map<Group, number>();
  for (const decision of decisions.values()) {
    if (decision?.candidate.reference.holder !== 'neither') continue;
    const { group } = decision.candidate.source;
    times.set(group, (times.get(group) ?? 0) + 1);
  }
  for (const [group, count] of times) if (count >= decisions.size * NEARLY_ALL) return group;
  return null;
}

/**
 * A detour where plain references explain (nearly) the same: the line of an invoice leads to its lines
 * through the invoice; a comment leads to its article's author past the article, which was loaded itself.
 */
function isRoundabout(candidate: Candidate, executions: readonly Execution[]): boolean {
  if (!isDetour(candidate)) return false;
  const explained = executions.filter(({ matches }) =>
    matches.some((match) => match.candidate === candidate),
  );
  const plainly = explained.filter(({ matches }) =>
    matches.some((match) => isPlain(match.candidate.reference) && !isDetour(match.candidate)),
  );
  return explained.length > 0 && plainly.length >= explained.length * NEARLY_ALL;
}

/** From one foreign key to another of the same table; or past a table whose rows the statement names by their key. */
function isDetour({ reference, asked }: Candidate): boolean {
  return reference.holder === 'both' || (asked.through !== null && reference.via !== null);
}

/** Whether the source's rows came before this root opened, at start-up. */
function isOutside(group: Group, candidate: Candidate): boolean {
  return candidate.source.group.place.root !== group.place.root;
}

/**
 * Rows of start-up meet every request's lookups. A kind that has met them badly so far is not taken: else
 * the queries of every context would stand under start-up as candidates.
 */
function isDoubtfulOutside(group: Group, candidate: Candidate, log: EvidenceLog): boolean {
  return isOutside(group, candidate) && log.prior(kindOf(group, candidate)) < 0;
}

function isPlain({ holder }: Reference): boolean {
  return holder === 'from' || holder === 'to';
}

/** A kind of candidate, recognised again in other roots. */
function kindOf(group: Group, candidate: Candidate): string {
  const { source, reference } = candidate;
  return `${group.id}\u0002${source.group.id}\u0002${source.key.table.id}.${reference.from_columns.join()}\u0002${reference.to_columns.join()}`;
}

function roomFor(match: Match): boolean {
  return match.entries.length !== 1 || match.candidate.hasRoom(match.entries[0]!);
}

function take(match: Match): void {
  for (const entry of match.entries) match.candidate.use(entry);
}

/** Candidates that differ only in the column of the same rows. */
function areTwins(a: Candidate, b: Candidate): boolean {
  return (
    a.source.group === b.source.group &&
    a.source.key.table === b.source.key.table &&
    a.asked === b.asked &&
    a.reference.holder === b.reference.holder &&
    a.reference.from_columns.join() !== b.reference.from_columns.join()
  );
}

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}

function distinctValues(executions: readonly Execution[], candidate: Candidate): number {
  const values = new Set<string>();
  for (const execution of executions) {
    for (const match of execution.matches) {
      if (match.candidate === candidate) for (const value of match.values) values.add(value);
    }
  }
  return values.size;
}
