//! What does not hold, as data.

use events2logs_mapping::Difference;

use crate::manifest::FileDigest;

/// What does not hold of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file, as it was given or as it lies in the output folder.
    pub file: String,
    /// The line in it, from 1, where the finding is about one.
    pub line: Option<u64>,
    /// What does not hold.
    pub what: What,
}

/// Which file of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// One that was read.
    Input,
    /// One that was written for an input.
    Output,
    /// The rejects file.
    Rejects,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its size and checksum.
    pub digest: FileDigest,
    /// Its records; `None` where nobody knows.
    pub events: Option<u64>,
}

/// Which two numbers of a manifest do not go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sum {
    /// The events of an input, and converted + passed through + rejected.
    Events {
        /// The input.
        input: String,
    },
    /// A total, and the sum over the inputs.
    Total {
        /// Its name in the manifest.
        name: &'static str,
    },
    /// Rejected records, and the sum over the reasons.
    Reasons,
}

/// What does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// There is no manifest.
    ManifestMissing,
    /// The manifest cannot be read, or is no manifest.
    ManifestUnreadable {
        /// Why.
        problem: String,
    },
    /// The manifest ends before its end.
    ManifestCutOff,
    /// The manifest is of another program.
    ManifestForeign {
        /// The program.
        tool: String,
    },
    /// The manifest has a form that this program does not know.
    ManifestVersion {
        /// The version of its form.
        found: u32,
    },
    /// Numbers in the manifest do not go together.
    Sum {
        /// Which.
        of: Sum,
        /// What the one says.
        expected: u64,
        /// What the other comes to.
        found: u64,
    },
    /// The manifest names an output outside the folder, or one output twice.
    OutputPath {
        /// The input it belongs to.
        input: String,
    },
    /// A run has not finished, or is under way.
    Unfinished,
    /// A file is not there.
    Missing {
        /// Which.
        part: Part,
        /// What it should hold.
        expected: Option<FileDigest>,
        /// An input that is there, but not under the paths given.
        not_given: bool,
    },
    /// A file is not what it was.
    Changed {
        /// Which.
        part: Part,
        /// What it should hold.
        expected: Content,
        /// What it holds.
        found: Content,
        /// The file that should hold this.
        holds: Option<String>,
    },
    /// A file is what it was, and its records are not as many as the manifest says.
    Counted {
        /// Which.
        part: Part,
        /// By the manifest.
        expected: u64,
        /// In the file.
        found: u64,
    },
    /// A file cannot be read.
    Unreadable {
        /// Which.
        part: Part,
        /// Why.
        problem: String,
    },
    /// An input that the manifest knows nothing of.
    Unlisted {
        /// The input of the manifest that it holds the bytes of.
        holds: Option<String>,
    },
    /// An input that was not converted, or not all of it: by the manifest, or as it reads now.
    Unconverted {
        /// Whether some of it was.
        in_part: bool,
        /// Why.
        problem: Option<String>,
    },
    /// An input that by the manifest was converted, and has no output there.
    NoOutput {
        /// Its events.
        events: u64,
    },
    /// A file in the output folder that the manifest knows nothing of.
    Unexpected {
        /// The output that it holds the bytes of.
        holds: Option<String>,
    },
    /// Rejected records of one input are not as many as the manifest says.
    RejectsOf {
        /// The input.
        input: String,
        /// By the manifest.
        expected: u64,
        /// In the rejects file.
        found: u64,
    },
    /// Rejected records of one reason are not as many as the manifest says.
    RejectsBy {
        /// The reason's code.
        code: String,
        /// By the manifest.
        expected: u64,
        /// In the rejects file.
        found: u64,
    },
    /// A line of the rejects file is no rejected record.
    RejectUnreadable {
        /// Why.
        problem: String,
    },
    /// An event is not in the output.
    EventLost {
        /// Where the output should have it, behind this line.
        after: u64,
        /// The output.
        output: String,
    },
    /// An event in the output is of no record of the input.
    EventAdded,
    /// An event in the output stands elsewhere than in the input.
    EventMoved {
        /// The input.
        input: String,
        /// The line of its record there.
        line: u64,
    },
    /// An event in the output does not restore to the record of the input.
    EventDiffers {
        /// The input.
        input: String,
        /// The line of the record there.
        line: u64,
        /// From the record to what is restored; `None` where the output holds no JSON.
        difference: Option<Difference>,
        /// The line of the record that it does restore to.
        holds: Option<u64>,
    },
    /// An event restores to the record of the input, and yet is not what converting makes of it.
    EventAltered {
        /// The input.
        input: String,
        /// The line of the record there.
        line: u64,
        /// From what converting makes to what the output holds.
        difference: Difference,
    },
    /// An event, or a rejected record, was not held against the record of the input: that takes more
    /// memory than there is.
    EventNotCompared {
        /// The input.
        input: String,
        /// The line of the record there.
        line: u64,
        /// Bytes of memory that it may take.
        needed: usize,
        /// Those that there are for one record.
        most: usize,
    },
    /// Fewer events were converted, and more passed through, than the manifest says, or the other
    /// way round.
    Converted {
        /// By the manifest.
        expected: u64,
        /// By restoring.
        found: u64,
    },
    /// A rejected record is not the one that stands in the input.
    RejectDiffers {
        /// The input.
        input: String,
        /// The line it names.
        line: u64,
    },
    /// A rejected record is none that is rejected for that reason.
    RejectUnfounded {
        /// The input.
        input: String,
        /// The line it names.
        line: u64,
        /// The reason's code.
        code: String,
        /// That of the reason there is, if there is any.
        found: Option<String>,
    },
    /// More findings of this file, which are not named one by one.
    More {
        /// How many.
        count: u64,
    },
}
