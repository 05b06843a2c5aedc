namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>The operator with a dashboard that shows nothing without a token.</summary>
public sealed class TokenModeFixture : DashboardFixture
{
    /// <inheritdoc/>
    protected override string? Flag(string name) => name == "dashboard-auth" ? "Token" : base.Flag(name);
}
