using KafkaMesh.Playground.ApiServer.Access;
using KafkaMesh.Playground.ApiServer.Admission;
using KafkaMesh.Playground.ApiServer.CustomResources;
using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.ApiServer.Patching;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer;

/// <summary>The deciding parts of an API server.</summary>
/// <param name="Authenticator">Finds out who asks.</param>
/// <param name="Authorizer">Decides what is allowed.</param>
/// <param name="Stages">What a write goes through.</param>
/// <param name="Tokens">Issues service account tokens; the node agent gets those of pods here.</param>
internal sealed record ApiServerPolicy(IAuthenticator Authenticator, IAuthorizer Authorizer, WriteStages Stages, ServiceAccountTokens Tokens)
{
    /// <summary>The parts of a cluster as a fresh Kubernetes has them: RBAC, webhooks, Pod Security, schemas.</summary>
    public static ApiServerPolicy Standard(ApiServerParts parts) => Standard(parts, authorizer => authorizer);

    /// <summary>The same, with something put around RBAC that sees every decision.</summary>
    public static ApiServerPolicy Standard(ApiServerParts parts, Func<IAuthorizer, IAuthorizer> around)
    {
        var state = new ClusterState(parts.Store);
        var rbac = new RbacAuthorizer(state);
        var authorizer = around(rbac);
        var tokens = new ServiceAccountTokens(state, parts.Time);
        var administrators = new Dictionary<string, UserInfo>(StringComparer.Ordinal) { [parts.AdminToken] = new("admin", ["system:masters"]) };
        var authenticator = new Authenticator(parts.Authority.HasIssued, administrators, tokens, authorizer);
        var stages = StandardStages(parts, state, authorizer) with
        {
            Virtuals = [new AccessReviews(rbac, parts.Time), new TokenReviews(authenticator), new TokenRequests(state, tokens)],
        };
        return new ApiServerPolicy(authenticator, authorizer, stages, tokens);
    }

    private static WriteStages StandardStages(ApiServerParts parts, ClusterState state, IAuthorizer authorizer)
    {
        var schemas = SchemaCatalog.Shared;
        var fields = new FieldChecker(schemas);
        IDefaulter[] defaulters = [new BuiltInDefaulter(schemas), new CustomResourceDefaulter(schemas), new CustomResourceDefinitionDefaulter()];
        var pods = new PodAdmission((ns, name) => state.Find("serviceaccounts", ns, name), schemas);
        var ranges = (string ns) => state.List("limitranges", ns);
        var defaults = new LimitRangeDefaults(ranges);
        var services = new EndpointDialer(state, parts.Dial);
        var webhooks = new MutatingWebhooks(state, new WebhookClient(services, parts.Dial, parts.Time), [defaults, pods], (context, obj) =>
        {
            fields.Normalise(context.Kind, obj);
            foreach (var defaulter in defaulters)
            {
                defaulter.Apply(context, obj);
            }
        });
        return new WriteStages
        {
            FieldCheckers = [fields],
            Defaulters = defaulters,
            Patchers = [new JsonPatcher(), new MergePatcher(), new StrategicPatcher(schemas)],
            ServerSideApply = new FieldManager(schemas, parts.Time),
            Admissions =
            [
                new ApplyAuthorization(authorizer),
                new NamespaceLifecycle(parts.Store, parts.Kinds),
                defaults,
                pods,
                webhooks,
                new DisabledFields(parts.Version),
                new LimitRangeChecks(ranges),
                new PodSecurityAdmission(name => state.Find("namespaces", "", name), parts.DefaultPodSecurity),
                new PodStatusInit(schemas),
                new ServiceAddressing(state, fields),
            ],
            Validators = [new BuiltInValidator(), new CustomResourceValidator(schemas), new CustomResourceDefinitionValidator()],
        };
    }
}
