//! JSON objects written member by member into a byte buffer.

use crate::json::Raw;

/// Writes the members of one object; the separators are its business.
pub(super) struct ObjectWriter<'o> {
    out: &'o mut Vec<u8>,
    /// Whether `null` members and empty objects are left out.
    omit_nulls: bool,
    start: usize,
}

impl<'o> ObjectWriter<'o> {
    /// Opens an object at the end of `out`.
    pub(super) fn open(out: &'o mut Vec<u8>, omit_nulls: bool) -> Self {
        out.push(b'{');
        let start = out.len();
        Self {
            out,
            omit_nulls,
            start,
        }
    }

    /// Writes a name that needs no escapes, as ours do; the value has to follow.
    fn name(&mut self, name: &'static str) {
        let separator: &[u8] = if self.out.len() > self.start {
            b",\""
        } else {
            b"\""
        };
        self.out.extend_from_slice(separator);
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    /// A member whose value is JSON text.
    pub(super) fn json(&mut self, name: &'static str, value: &str) {
        self.name(name);
        self.out.extend_from_slice(value.as_bytes());
    }

    /// A member that is `null` or left out.
    pub(super) fn null(&mut self, name: &'static str) {
        if !self.omit_nulls {
            self.json(name, "null");
        }
    }

    /// A member that is `null` or left out where there is no value.
    pub(super) fn raw(&mut self, name: &'static str, value: Option<Raw<'_>>) {
        match value {
            Some(value) => {
                self.name(name);
                self.out.extend_from_slice(value.bytes());
            }
            None => self.null(name),
        }
    }

    /// A member whose value is a string yet to be quoted.
    pub(super) fn string(&mut self, name: &'static str, value: Option<&str>) {
        match value {
            Some(value) => {
                self.name(name);
                push_string(value, self.out);
            }
            None => self.null(name),
        }
    }

    /// A member whose value is an object, written by `members`.
    pub(super) fn object<R>(
        &mut self,
        name: &'static str,
        members: impl FnOnce(&mut ObjectWriter<'_>) -> R,
    ) -> R {
        let before = self.out.len();
        self.name(name);
        let mut object = ObjectWriter::open(self.out, self.omit_nulls);
        let result = members(&mut object);
        let empty = object.is_empty();
        object.close();
        if empty && self.omit_nulls {
            self.out.truncate(before);
        }
        result
    }

    /// A member whose value `write` appends as JSON text.
    pub(super) fn with<R>(
        &mut self,
        name: &'static str,
        write: impl FnOnce(&mut Vec<u8>) -> R,
    ) -> R {
        self.name(name);
        write(self.out)
    }

    /// The same with a name of the input.
    pub(super) fn with_any<R>(&mut self, name: &str, write: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        if self.out.len() > self.start {
            self.out.push(b',');
        }
        push_string(name, self.out);
        self.out.push(b':');
        write(self.out)
    }

    /// Whether `null` members are left out.
    pub(super) fn omits_nulls(&self) -> bool {
        self.omit_nulls
    }

    /// Whether nothing was written yet.
    pub(super) fn is_empty(&self) -> bool {
        self.out.len() == self.start
    }

    /// Closes the object.
    pub(super) fn close(self) {
        self.out.push(b'}');
    }
}

/// Appends an array whose elements `write` appends one by one.
pub(super) fn array<T, E>(
    out: &mut Vec<u8>,
    elements: impl IntoIterator<Item = T>,
    mut write: impl FnMut(T, &mut Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    let mut separator = b'[';
    for element in elements {
        out.push(separator);
        write(element, out)?;
        separator = b',';
    }
    if separator == b'[' {
        out.push(b'[');
    }
    out.push(b']');
    Ok(())
}

/// Appends `string` as JSON.
pub(super) fn push_string(string: &str, out: &mut Vec<u8>) {
    // Eight bytes at a time, and not to the first that is found: names are short.
    let (eights, rest) = string.as_bytes().as_chunks::<8>();
    let odd = |any: bool, byte: &u8| any | (*byte < b' ') | (*byte == b'"') | (*byte == b'\\');
    let escapes = eights.iter().flatten().fold(false, odd) | rest.iter().fold(false, odd);
    if escapes {
        // Serialising a string into a vector cannot fail.
        let _ = serde_json::to_writer(&mut *out, string);
    } else {
        out.push(b'"');
        out.extend_from_slice(string.as_bytes());
        out.push(b'"');
    }
}
