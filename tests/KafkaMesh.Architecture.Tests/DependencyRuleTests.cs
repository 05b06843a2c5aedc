namespace KafkaMesh.Architecture.Tests;

/// <summary>Dependencies run one way: operator and proxy meet only in Contracts, the codec stands alone.</summary>
public sealed class DependencyRuleTests
{
    [Theory]
    [InlineData("KafkaMesh.Codec", "")]
    [InlineData("KafkaMesh.Contracts", "")]
    [InlineData("KafkaMesh.Kubernetes", "")]
    [InlineData("KafkaMesh.Proxy", "KafkaMesh.Codec,KafkaMesh.Contracts")]
    [InlineData("KafkaMesh.Proxy.ProfileTool", "")]
    [InlineData("KafkaMesh.Operator", "KafkaMesh.Contracts,KafkaMesh.Kubernetes")]
    [InlineData("KafkaMesh.Codec.SchemaTool", "KafkaMesh.Codec")]
    [InlineData("KafkaMesh.Contracts.CrdTool", "KafkaMesh.Contracts")]
    [InlineData("KafkaMesh.ChartTool", "KafkaMesh.Contracts.CrdTool")]
    public void ProjectReferences_OfShippedProject_AreExactlyTheAllowedOnes(string project, string allowed) =>
        Assert.Equal(allowed, string.Join(',', ProjectFile.Named(project).ProjectReferences.Order(StringComparer.Ordinal)));

    [Fact]
    public void ShippedProjects_AllOfThem_AreCoveredByARule()
    {
        var covered = typeof(DependencyRuleTests).GetMethod(nameof(ProjectReferences_OfShippedProject_AreExactlyTheAllowedOnes))!
            .GetCustomAttributesData().Where(attribute => attribute.AttributeType == typeof(InlineDataAttribute))
            .Select(attribute => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!)[0].Value!);

        Assert.Equal(ProjectFile.All.Where(project => project.IsShipped).Select(project => project.Name).Order(), covered.Order());
    }

    [Theory]
    [InlineData("KafkaMesh.Codec")]
    [InlineData("KafkaMesh.Contracts")]
    public void PackageReferences_OfBaseLibraries_AreNone(string project) =>
        Assert.Empty(ProjectFile.Named(project).PackageReferences);

    [Fact]
    public void ShippedProjects_NoneOfThem_ReferencesTests() =>
        Assert.DoesNotContain(
            ProjectFile.All.Where(project => project.IsShipped),
            project => project.ProjectReferences.Any(reference => ProjectFile.Named(reference).Path.StartsWith("tests/", StringComparison.Ordinal)));

    [Fact]
    public void ShippedProjects_NoneOfThem_ReachesOtherCodeAroundTheRules() =>
        Assert.DoesNotContain(ProjectFile.All.Where(project => project.IsShipped), project => project.Backdoors().Any());

    [Theory]
    [InlineData("<Reference Include=\"KafkaMesh.Proxy\" />")]
    [InlineData("<Compile Include=\"../../proxy/KafkaMesh.Proxy/Metrics/*.cs\" />")]
    [InlineData("<Import Project=\"../../proxy/More.targets\" />")]
    public void Backdoors_OfAProjectWithOne_AreSeen(string element) =>
        Assert.NotEmpty(ProjectFile.Parse("operator/X/X.csproj", $"<Project><ItemGroup>{element}</ItemGroup></Project>").Backdoors());

    [Fact]
    public void MsBuildFiles_ThatEveryProjectReads_AreTheRootsAndTheTests() =>
        Assert.Equal(
            ["Directory.Build.props", "Directory.Packages.props", "tests/Directory.Build.props"],
            RepositoryTree.Files(".props", ".targets"));

    [Fact]
    public void MsBuildFiles_ThatEveryProjectReads_GiveNoProjectOrLibrary()
    {
        var common = ProjectFile.Parse("Directory.Build.props", File.ReadAllText(Path.Combine(RepositoryTree.Root, "Directory.Build.props")));

        Assert.Empty(common.ProjectReferences);
        Assert.All(common.Xml.Descendants("PackageReference"), reference => Assert.Equal("all", (string?)reference.Attribute("PrivateAssets")));
    }

    [Theory]
    [InlineData("TreatWarningsAsErrors")]
    [InlineData("AnalysisLevel")]
    [InlineData("Nullable")]
    [InlineData("RestorePackagesWithLockFile")]
    public void ProjectFiles_NoneOfThem_SwitchesOffWhatTheRootAsksFor(string property) =>
        Assert.DoesNotContain(ProjectFile.All, project => project.Xml.Descendants(property).Any());

    [Fact]
    public void Playground_KnowsNothingOfTheProduct() => Assert.Empty(ProjectFile.Named("KafkaMesh.Playground").ProjectReferences);

    [Fact]
    public void PackageVersions_InProjectFiles_AreNeverGiven() =>
        Assert.DoesNotContain(
            ProjectFile.All,
            project => project.Xml.Descendants("PackageReference").Any(reference =>
                reference.Attributes().Select(attribute => attribute.Name.LocalName).Concat(reference.Elements().Select(element => element.Name.LocalName))
                    .Any(name => name is "Version" or "VersionOverride")));

    [Fact]
    public void Solution_EveryProject_IsListed()
    {
        var solution = File.ReadAllText(Path.Combine(RepositoryTree.Root, "KafkaMeshOperator.sln"));

        Assert.DoesNotContain(ProjectFile.All, project => !solution.Contains(Path.GetFileName(project.Path), StringComparison.Ordinal));
    }

    [Fact]
    public void LockFiles_OfEveryProject_StandBesideIt() =>
        Assert.DoesNotContain(ProjectFile.All, project => !File.Exists(Path.Combine(RepositoryTree.Root, Path.GetDirectoryName(project.Path)!, "packages.lock.json")));

    [Theory]
    [InlineData("KafkaMesh.Codec")]
    [InlineData("KafkaMesh.Contracts")]
    [InlineData("KafkaMesh.Kubernetes")]
    [InlineData("KafkaMesh.Proxy")]
    [InlineData("KafkaMesh.Operator")]
    public void ShippedProject_ThatRunsInACluster_IsAotCompatible(string project) =>
        Assert.Equal("true", ProjectFile.Named(project).Xml.Descendants("IsAotCompatible").Single().Value);
}
