//! No member of an archive leads out of it, or holds more than it may.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    events2logs_batch::fuzz::name(bytes);
    events2logs_batch::fuzz::archive(bytes);
});
