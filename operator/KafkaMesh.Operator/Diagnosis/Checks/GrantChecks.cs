using KafkaMesh.Operator.Diagnosis.Reading;

namespace KafkaMesh.Operator.Diagnosis.Checks;

/// <summary>KM5xx: what the operator is allowed to do.</summary>
internal static class GrantChecks
{
    /// <summary>Looks.</summary>
    public static IEnumerable<Finding> Run(ClusterSight sight)
    {
        if (sight.Lacking.Value is not { } lacking)
            yield return CheckCodes.Grants.Unknown(sight.Lacking.Problem ?? "nothing was asked");
        else if (lacking.Count == 0)
            yield return CheckCodes.Grants.Ok($"{OperatorGrant.All.Count} grants");
        else
            yield return CheckCodes.Grants.Error($"the operator may not {string.Join(", ", lacking.Take(5))}{(lacking.Count > 5 ? $" and {lacking.Count - 5} more" : "")}", "Apply the roles of the operator's version: kubectl apply -k config/rbac");
    }
}
