namespace KafkaMesh.Operator.Tests.Diagnosis;

/// <summary>The product on a cluster whose admission configuration enforces Pod Security baseline where a namespace has no label.</summary>
public sealed class BaselineClusterFixture : DoctorFixture
{
    /// <summary>What the operator is told at its next start; null: nothing.</summary>
    internal string? Told { get; set; }

    /// <inheritdoc/>
    protected override string DefaultPodSecurity => "baseline";

    /// <inheritdoc/>
    protected override string? Flag(string name) => name == "default-pod-security" ? Told : base.Flag(name);
}
