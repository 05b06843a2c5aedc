using KafkaMesh.Playground.ApiServer.Access;
using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.ApiServer.Patching;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer;

/// <summary>The deciding parts of an API server.</summary>
/// <param name="Authenticator">Finds out who asks.</param>
/// <param name="Authorizer">Decides what is allowed.</param>
/// <param name="Stages">What a write goes through.</param>
/// <param name="Resources">What must be released when the server stops.</param>
internal sealed record ApiServerPolicy(IAuthenticator Authenticator, IAuthorizer Authorizer, WriteStages Stages, IReadOnlyList<IDisposable> Resources)
{
    /// <summary>The parts of a cluster as a fresh Kubernetes has them: certificates, tokens and RBAC.</summary>
    public static ApiServerPolicy Standard(ApiServerParts parts)
    {
        var state = new ClusterState(parts.Store);
        var authorizer = new RbacAuthorizer(state);
        var tokens = new ServiceAccountTokens(state, parts.Time);
        var administrator = new UserInfo("admin", ["system:masters", "system:authenticated"]);
        var authenticator = new Authenticator(
            parts.Authority.Certificate, new Dictionary<string, UserInfo> { [parts.AdminToken] = administrator }, tokens, authorizer);
        var stages = StagesOf(parts, state) with
        {
            Virtuals = [new AccessReviews(authorizer, parts.Time), new TokenReviews(authenticator), new TokenRequests(state, tokens)],
        };
        return new ApiServerPolicy(authenticator, authorizer, stages, [tokens]);
    }

    private static WriteStages StagesOf(ApiServerParts parts, ClusterState state)
    {
        var schemas = SchemaCatalog.Shared;
        return new WriteStages
        {
            FieldCheckers = [new FieldChecker(schemas)],
            Defaulters = [new BuiltInDefaulter(schemas), new CustomResourceDefaulter(schemas)],
            Patchers = [new JsonPatcher(), new MergePatcher(), new StrategicPatcher(schemas)],
            ServerSideApply = new FieldManager(schemas, parts.Time),
            Admissions =
            [
                new NamespaceLifecycle(parts.Store, parts.Kinds),
                new PodAdmission((ns, name) => state.Find("serviceaccounts", ns, name), schemas),
                new PodSecurityAdmission(name => state.Find("namespaces", "", name)),
                new PodStatusInit(schemas),
            ],
            Validators = [new BuiltInValidator(), new CustomResourceValidator(schemas)],
        };
    }
}
