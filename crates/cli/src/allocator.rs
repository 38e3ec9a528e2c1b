//! How long pieces of memory are asked for.

/// Has each long piece given back to the system as soon as it is free.
///
/// Left to itself the C library of Linux learns from a long piece that is freed to keep pieces as
/// long as that for later, for each thread (mallopt(3), `M_MMAP_THRESHOLD`): `--memory` would bound
/// what is in use, but not what is kept. Called before there are other threads.
pub(crate) fn give_back_long_pieces() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        /// What it begins with, before it learns. Blocks are longer, and are used again.
        const LONG: libc::c_int = 1 << 17;
        #[expect(
            unsafe_code,
            reason = "the one call that no safe library has; it takes two numbers and touches no memory of ours"
        )]
        // SAFETY: the arguments are numbers that mallopt(3) allows, and there is one thread yet.
        let _taken = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LONG) };
    }
}
