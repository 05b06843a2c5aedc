namespace KafkaMesh.Playground.Node.Seccomp;

/// <summary>What happens to one system call: it is let through (when the condition holds, if there is one), or answered with an error number.</summary>
internal readonly record struct SeccompRule(string Call, SeccompCondition? Condition = null, uint? Error = null);
