//! What is done to an archive, and undone.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use events2logs_batch::{MANIFEST, Manifest, REJECTS};
use sha2::{Digest as _, Sha256};

use crate::Folders;
use crate::random::Random;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    FlipOutput,
    FlipInput,
    FlipRejects,
    DeleteLine,
    RepeatLine,
    SwapLines,
    SwapOutputs,
    DeleteOutput,
    AddOutput,
    AddInput,
    Count,
    CutManifest,
    VouchedByte,
    VouchedLine,
}

/// All of them.
pub(crate) const KINDS: &[Kind] = &[
    Kind::FlipOutput,
    Kind::FlipInput,
    Kind::FlipRejects,
    Kind::DeleteLine,
    Kind::RepeatLine,
    Kind::SwapLines,
    Kind::SwapOutputs,
    Kind::DeleteOutput,
    Kind::AddOutput,
    Kind::AddInput,
    Kind::Count,
    Kind::CutManifest,
    Kind::VouchedByte,
    Kind::VouchedLine,
];

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FlipOutput => "a bit of an output flipped",
            Self::FlipInput => "a bit of an input flipped",
            Self::FlipRejects => "a bit of the rejects flipped",
            Self::DeleteLine => "a line of an output deleted",
            Self::RepeatLine => "a line of an output repeated",
            Self::SwapLines => "two lines of an output swapped",
            Self::SwapOutputs => "two outputs swapped",
            Self::DeleteOutput => "an output deleted",
            Self::AddOutput => "a file added to the outputs",
            Self::AddInput => "a file added to the inputs",
            Self::Count => "a number of the manifest changed",
            Self::CutManifest => "the manifest cut off",
            Self::VouchedByte => "--deep: a byte changed, manifest and all",
            Self::VouchedLine => "--deep: a line replaced, manifest and all",
        }
    }

    /// Whether the manifest is made to vouch for it, so that only `--deep` can find it.
    pub(crate) fn is_vouched_for(self) -> bool {
        matches!(self, Self::VouchedByte | Self::VouchedLine)
    }
}

/// What was done, and by what it must be found.
#[derive(Debug)]
pub(crate) struct Tampered {
    #[expect(dead_code, reason = "told where it is missed")]
    kind: Kind,
    /// Each must be named.
    pub(crate) files: Vec<PathBuf>,
    /// With this line.
    pub(crate) line: Option<u64>,
}

/// Files as they were; `None` for one that was not there.
#[derive(Debug, Default)]
pub(crate) struct Before(Vec<(PathBuf, Option<Vec<u8>>)>);

impl Before {
    /// Writes `content` to `path`, or takes the file away.
    fn change(&mut self, path: &Path, content: Option<Vec<u8>>) -> Result<()> {
        self.0.push((path.to_path_buf(), fs::read(path).ok()));
        match content {
            Some(content) => fs::write(path, content)?,
            None => fs::remove_file(path)?,
        }
        Ok(())
    }

    pub(crate) fn put_back(self) -> Result<()> {
        for (path, content) in self.0.into_iter().rev() {
            match content {
                Some(content) => fs::write(path, content)?,
                None => fs::remove_file(path)?,
            }
        }
        Ok(())
    }
}

/// Does `kind` somewhere.
pub(crate) fn tamper(
    kind: Kind,
    folders: &Folders,
    random: &mut Random,
) -> Result<(Tampered, Before)> {
    let mut before = Before::default();
    let path = folders.out.join(MANIFEST);
    let mut manifest: Manifest = serde_json::from_slice(&fs::read(&path)?)?;
    let at = random.below(manifest.inputs.len());
    let entry = manifest.inputs.get(at).context("no inputs")?;
    let output = |entry: &events2logs_batch::InputEntry| {
        let output = entry.output.as_ref().context("no output")?;
        anyhow::Ok(folders.out.join(&output.path))
    };
    let (input, own_output) = (PathBuf::from(&entry.input), output(entry)?);
    let (mut files, mut line) = (vec![own_output.clone()], None);
    match kind {
        Kind::FlipOutput | Kind::FlipInput | Kind::FlipRejects => {
            let file = match kind {
                Kind::FlipOutput => own_output,
                Kind::FlipInput => input,
                _ => folders.out.join(REJECTS),
            };
            let mut content = fs::read(&file)?;
            let at = random.below(content.len());
            let bit = random.below(8);
            if let Some(byte) = content.get_mut(at) {
                *byte ^= 1 << bit;
            }
            before.change(&file, Some(content))?;
            files = vec![file];
        }
        Kind::DeleteLine | Kind::RepeatLine | Kind::SwapLines => {
            let content = fs::read(&own_output)?;
            let mut lines: Vec<&[u8]> = content.split_inclusive(|it| *it == b'\n').collect();
            let at = random.below(lines.len());
            let mut other = random.below(lines.len());
            match kind {
                Kind::DeleteLine => {
                    lines.remove(at);
                }
                Kind::RepeatLine => {
                    let line = lines.get(at).copied().unwrap_or_default();
                    lines.insert(at, line);
                }
                _ => {
                    while other == at || lines.get(other) == lines.get(at) {
                        other = random.below(lines.len());
                    }
                    lines.swap(at, other);
                }
            }
            before.change(&own_output, Some(lines.concat()))?;
        }
        Kind::SwapOutputs => {
            let other = at.saturating_add(1).checked_rem(manifest.inputs.len());
            let other = other.and_then(|other| manifest.inputs.get(other));
            let other = output(other.context("no inputs")?)?;
            let (one, two) = (fs::read(&own_output)?, fs::read(&other)?);
            before.change(&own_output, Some(two))?;
            before.change(&other, Some(one))?;
            files.push(other);
        }
        Kind::DeleteOutput => before.change(&own_output, None)?,
        Kind::AddOutput | Kind::AddInput => {
            let folder = match kind {
                Kind::AddOutput => &folders.out,
                _ => &folders.archive,
            };
            let file = folder.join(format!("{}.ndjson", random.next()));
            before.change(&file, Some(b"{}\n".to_vec()))?;
            files = vec![file];
        }
        Kind::Count | Kind::CutManifest => {
            let mut text = fs::read(&path)?;
            if kind == Kind::Count {
                let entry = manifest.inputs.get_mut(at).context("no inputs")?;
                let counts = &mut entry.totals;
                let count = match random.below(4) {
                    0 => &mut counts.events,
                    1 => &mut counts.converted,
                    2 => &mut counts.passed_through,
                    _ => &mut manifest.totals.counts.rejected,
                };
                *count = count.saturating_add(1);
                text = serde_json::to_vec_pretty(&manifest)?;
            } else {
                // Without the line break at its end it would still be whole.
                text.truncate(random.below(text.len().saturating_sub(2)));
            }
            before.change(&path, Some(text))?;
            files = vec![path];
        }
        Kind::VouchedByte | Kind::VouchedLine => {
            let mut content = fs::read(&own_output)?;
            let at = if kind == Kind::VouchedByte {
                change_a_byte(&mut content, random)
            } else {
                let lines = content.split_inclusive(|it| *it == b'\n');
                let mut lines: Vec<&[u8]> = lines.collect();
                let at = random.below(lines.len());
                let mut other = random.below(lines.len());
                while lines.get(other) == lines.get(at) {
                    other = random.below(lines.len());
                }
                let other = lines.get(other).copied().unwrap_or_default();
                if let Some(line) = lines.get_mut(at) {
                    *line = other;
                }
                let start = lines.iter().take(at).map(|line| line.len()).sum();
                content = lines.concat();
                start
            };
            let ends = content.iter().take(at).filter(|it| **it == b'\n').count();
            line = Some((ends as u64).saturating_add(1));
            let output = manifest
                .inputs
                .iter_mut()
                .filter_map(|it| it.output.as_mut());
            for output in output {
                if folders.out.join(&output.path) == own_output {
                    output.digest.bytes = content.len() as u64;
                    output.digest.sha256 = Sha256::new_with_prefix(&content).into();
                }
            }
            before.change(&own_output, Some(content))?;
            before.change(&path, Some(serde_json::to_vec_pretty(&manifest)?))?;
        }
    }
    Ok((Tampered { kind, files, line }, before))
}

/// Makes another letter or digit of one, and says where.
fn change_a_byte(content: &mut [u8], random: &mut Random) -> usize {
    loop {
        let at = random.below(content.len());
        if let Some(byte) = content.get_mut(at)
            && byte.is_ascii_alphanumeric()
        {
            *byte = match *byte {
                b'9' => b'0',
                b'z' => b'a',
                b'Z' => b'A',
                other => other.saturating_add(1),
            };
            return at;
        }
    }
}
