using KafkaMesh.Operator.Tests.Dashboard;
using Microsoft.Playwright;

namespace KafkaMesh.Dashboard.Tests;

/// <summary>A dashboard that lets nobody look without a token.</summary>
public sealed class TokenModeTests(TokenModeFixture fixture, Browser browser) : IClassFixture<TokenModeFixture>
{
    [Fact]
    public async Task Overview_WithoutToken_AsksForOneAndThenShowsFigures()
    {
        await fixture.ApplyMonitorAsync("browser-token");
        await using var page = await browser.OpenAsync(new Uri(fixture.Client().BaseAddress!, "/"));
        await page.GoAsync("/");
        var ask = page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Give a token" });
        await ask.WaitForAsync();
        await page.Page.GetByText("They appear when a token is given.").WaitForAsync();
        await page.ScreenshotAsync("needs-token-light");
        await page.AssertAccessibleAsync("a token is needed");

        await ask.ClickAsync();
        var dialog = page.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Token").Last.FillAsync(await fixture.TapTokenAsync());
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Use token" }).ClickAsync();
        await page.Page.Locator("[data-monitor='browser-token/orders']").WaitForAsync();
        Assert.All(page.Complaints, complaint => Assert.Contains("401", complaint, StringComparison.Ordinal));
    }
}
