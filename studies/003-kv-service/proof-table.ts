import { readFile, writeFile } from 'node:fs/promises';
import type { MeasureProof } from '@cowpath/lab';
import type { StepProof } from './proofs.ts';

export const BEGIN = '<!-- proofs: written by study.ts -->';
export const END = '<!-- end of proofs -->';

const TITLES: Readonly<Record<MeasureProof['name'], string>> = {
  throughput: 'throughput',
  p50: 'p50',
  p99: 'p99',
  p999: 'p99.9',
};

/** A row a step and a column a measure: by how much the variant after is faster, its interval, the verdict. */
export function proofTable(proofs: readonly StepProof[]): string {
  const names = Object.keys(TITLES) as MeasureProof['name'][];
  const rows = proofs.map(({ step, proof }) => {
    const cells = names.map((name) => cell(proof.measures.find((measure) => measure.name === name)));
    return `| ${step.name} | **${proof.overall}** | ${cells.join(' | ')} |`;
  });
  const first = proofs[0]?.proof;
  return [
    `| step | in all | ${names.map((name) => TITLES[name]).join(' | ')} |`,
    `| --- | --- | ${names.map(() => '---').join(' | ')} |`,
    ...rows,
    '',
    ...(first === undefined
      ? []
      : [
          `How many times as fast the variant after is, with its ${(100 * first.confidence).toFixed(2)} % interval; above 1 is faster. ` +
            `${first.started.slice(0, 10)}, Node ${process.versions.node}.`,
          '',
        ]),
    '| step | blocks | requests, before and after | in flight | measured, s | worth knowing |',
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...proofs.map(({ step, proof }) => {
      const { before, after } = proof.sides;
      const notes = [
        ...(proof.complete ? [] : ['incomplete']),
        ...proof.problems.map(({ text }) => text),
        ...(proof.answers === null || proof.answers.compared === 0
          ? []
          : [`${proof.answers.same} of ${proof.answers.compared} answers the same`]),
      ];
      return (
        `| ${step.name} | ${proof.blocks} | ${before.answered}, ${after.answered} | ${proof.in_flight} | ` +
        `${proof.elapsed_s.toFixed(0)} | ${notes.join('; ').replaceAll('|', '\\|').replaceAll('\n', ' ')} |`
      );
    }),
  ].join('\n');
}

function cell(measure: MeasureProof | undefined): string {
  if (!measure?.gain) return 'not measured';
  const { ratio, low, high } = measure.gain;
  return `${ratio.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}] ${measure.verdict}`;
}

/** @throws Error when the file is there without the marks: before anything is measured for it. */
export async function checkMarks(file: string): Promise<void> {
  const text = await textOf(file);
  if (text !== undefined && !(text.indexOf(BEGIN) !== -1 && text.indexOf(END) > text.indexOf(BEGIN)))
    throw new Error(`${file} has no lines "${BEGIN}" and "${END}" to put the table between; add them`);
}

/** Replaces what stands between the marks. */
export async function putTable(file: string, table: string): Promise<void> {
  const block = `${BEGIN}\n\n${table}\n\n${END}`;
  const text = await textOf(file);
  if (text === undefined) await writeFile(file, `${block}\n`);
  else
    await writeFile(
      file,
      text.slice(0, text.indexOf(BEGIN)) + block + text.slice(text.indexOf(END) + END.length),
    );
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
