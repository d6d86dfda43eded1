// With which code a start ends that the system has refused something: whether a supervisor shall
// try again.
#pragma once

namespace tenantscope {

// Whether what failed with this errno may go better by itself: a disk that is full, failing or
// mounted read-only for now, a machine short of memory or descriptors. Not a path or a right that
// is wrong: those have to be set right first.
bool may_pass(int error);

// exit_failure (1) where it may pass, else exit_unusable (78), after which nobody tries again.
int exit_code_of(int error);

}  // namespace tenantscope
