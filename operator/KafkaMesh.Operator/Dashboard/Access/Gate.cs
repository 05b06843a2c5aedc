using KafkaMesh.Contracts;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Dashboard.Http;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Operator.Dashboard.Access;

/// <summary>Decides who may look and who may tap.</summary>
/// <param name="reviews">Asks the API server.</param>
/// <param name="answers">Knows which namespaces there are to look at.</param>
/// <param name="options">Whether looking needs a token too.</param>
internal sealed class Gate(AccessReviews reviews, MonitorAnswers answers, DashboardOptions options)
{
    private const string Scheme = "Bearer ";
    private const int MaxNamespaces = 500;

    private readonly bool _needsToken = options.NeedsToken;

    private readonly string _advice =
        $"send a token with audience {WellKnownNames.DashboardAudience} in Authorization: Bearer or {WellKnownNames.TokenHeader}, "
        + $"such as kubectl create token {WellKnownNames.TapAccount} -n {options.Namespace} --audience {WellKnownNames.DashboardAudience} prints";

    /// <summary>What looking needs: <c>None</c> or <c>Token</c>.</summary>
    public string Mode => _needsToken ? "Token" : "None";

    /// <summary>Whose token came with a request; null where none is needed to look: the API server is not asked for what nobody needs to know.</summary>
    /// <exception cref="ProblemException">A token is needed and there is no valid one.</exception>
    public async Task<Caller?> IdentifyAsync(HttpContext context) => _needsToken ? await RequireCallerAsync(context) : null;

    /// <summary>Which namespaces the caller may look at.</summary>
    /// <exception cref="ProblemException">A token is needed and there is no valid one.</exception>
    public async Task<Scope> ScopeAsync(HttpContext context)
    {
        if (!_needsToken)
            return Scope.Everything;
        var caller = await RequireCallerAsync(context);
        if (await reviews.MayGetAsync(caller, "", "", context.RequestAborted))
            return Scope.Everything with { User = caller.User };
        var namespaces = answers.Namespaces().Order(StringComparer.Ordinal).Take(MaxNamespaces).ToList();
        return new Scope(await reviews.AllowedAsync(caller, namespaces, context.RequestAborted)) { User = caller.User };
    }

    /// <summary>Makes sure that the caller may look at a namespace.</summary>
    /// <exception cref="ProblemException">They may not.</exception>
    public async Task RequireLookAsync(HttpContext context, string namespaceName)
    {
        if (!_needsToken)
            return;
        var caller = await RequireCallerAsync(context);
        if (!await reviews.MayGetAsync(caller, namespaceName, "", context.RequestAborted))
            throw Denied(caller, WellKnownNames.Plural, namespaceName);
    }

    /// <summary>Makes sure that the caller may see the connections and frames of a namespace's pods; that always needs a token.</summary>
    /// <exception cref="ProblemException">They may not.</exception>
    public async Task RequireTapAsync(HttpContext context, string namespaceName)
    {
        var caller = await RequireCallerAsync(context);
        if (!await reviews.MayGetAsync(caller, namespaceName, WellKnownNames.TapSubresource, context.RequestAborted))
            throw Denied(caller, $"{WellKnownNames.Plural}/{WellKnownNames.TapSubresource}", namespaceName);
    }

    private static ProblemException Denied(Caller caller, string resource, string namespaceName) => new(
        403, $"{RequestQuery.Echo(caller.User)} may not get {resource} of {WellKnownNames.Group} in namespace {RequestQuery.Echo(namespaceName)}; a role that allows it must be bound to that user");

    private async Task<Caller> RequireCallerAsync(HttpContext context)
    {
        var token = TokenOf(context) ?? throw new ProblemException(401, $"this needs a token; {_advice}");
        return await reviews.AuthenticateAsync(token, RequestOrigin.Of(context), context.RequestAborted)
            ?? throw new ProblemException(401, $"the token is not valid here, or not any more; {_advice}");
    }

    private static string? TokenOf(HttpContext context)
    {
        if (context.Request.Headers[WellKnownNames.TokenHeader].ToString() is { Length: > 0 } own)
            return own.Trim();
        var authorization = context.Request.Headers.Authorization.ToString();
        return authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..].Trim() : null;
    }
}
