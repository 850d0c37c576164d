import type { House } from '../../operations/house.ts'
import { exportActivity } from '../../operations/manage/activity/export-activity.ts'
import { listActivity } from '../../operations/manage/activity/list-activity.ts'
import { listAudit, verifyAudit } from '../../operations/manage/audit.ts'
import { exportAudit } from '../../operations/manage/export-audit.ts'
import {
  createCompany,
  deleteCompany,
  listCompanies,
  showCompany,
  updateCompany,
} from '../../operations/manage/company/company.ts'
import {
  addCompanyOrganization,
  listCompanyOrganizations,
  removeCompanyOrganization,
} from '../../operations/manage/company/company-organization.ts'
import {
  addCompanyOwner,
  listCompanyOwners,
  removeCompanyOwner,
} from '../../operations/manage/company/company-owner.ts'
import { exportMembers } from '../../operations/manage/export-members.ts'
import { explainDecision } from '../../operations/manage/decision.ts'
import { runGc, showGc } from '../../operations/manage/gc.ts'
import { deleteOrganization } from '../../operations/manage/delete-organization.ts'
import { deleteUser } from '../../operations/manage/delete-user.ts'
import {
  createGroup,
  deleteGroup,
  listGroups,
  showGroup,
  updateGroup,
} from '../../operations/manage/group/group.ts'
import {
  addGroupMember,
  listGroupMembers,
  removeGroupMember,
} from '../../operations/manage/group/group-member.ts'
import {
  listGroupPermissions,
  listRepositoryGroups,
  removeGroupPermission,
  setGroupPermission,
} from '../../operations/manage/group/group-permission.ts'
import { createGuard, deleteGuard, listGuards, showGuard } from '../../operations/manage/guard.ts'
import { createInvites } from '../../operations/manage/invite/create-invites.ts'
import {
  acceptInvite,
  declineInvite,
  listMyInvites,
  lookUpInvite,
} from '../../operations/manage/invite/answer-invite.ts'
import { cancelInvite, listInvites, resendInvite, showInvite } from '../../operations/manage/invite/invite.ts'
import { registerByInvite } from '../../operations/manage/invite/register-by-invite.ts'
import { listKeys } from '../../operations/manage/key.ts'
import { deleteImage, listImages } from '../../operations/manage/image.ts'
import { showLock, updateLock } from '../../operations/manage/lock.ts'
import { deleteMember, listMembers, setMember } from '../../operations/manage/member.ts'
import {
  createOrganization,
  listOrganizations,
  showOrganization,
  updateOrganization,
} from '../../operations/manage/organization.ts'
import { createPasswordLink, setPassword } from '../../operations/manage/password-link.ts'
import {
  replaceImageAccess,
  replaceRegistryAccess,
  replaceSignIn,
  showPolicy,
} from '../../operations/manage/policy.ts'
import { listRepositoryTags } from '../../operations/manage/repository-tags.ts'
import {
  createRepository,
  deleteRepository,
  listRepositories,
  showRepository,
  updateRepository,
} from '../../operations/manage/repository.ts'
import { changePassword } from '../../operations/manage/session/change-password.ts'
import { createSession } from '../../operations/manage/session/create-session.ts'
import {
  deleteCurrentSession,
  deleteSession,
  deleteSessions,
  deleteUserSessions,
} from '../../operations/manage/session/delete-session.ts'
import { listSessions } from '../../operations/manage/session/list-sessions.ts'
import { showSession } from '../../operations/manage/session/show-session.ts'
import { completeSetup, setupState } from '../../operations/manage/setup.ts'
import { showHealth, showTrust, showVersion } from '../../operations/manage/system.ts'
import { createUser, listUsers, showUser, updateUser } from '../../operations/manage/user.ts'
import { credentialRoutes } from './credential-routes.ts'
import { openRouting } from './open-routing.ts'

/** The contract, each operation tied to the one function that does it: nothing happens here. */
export function createRouter(house: House) {
  const routing = openRouting(house)
  const { os, by } = routing

  return os.router({
    setup: {
      state: os.setup.state.handler(by(setupState)),
      complete: os.setup.complete.handler(by(completeSetup)),
    },
    session: {
      create: os.session.create.handler(by(createSession)),
      show: os.session.show.handler(by(showSession)),
      delete: os.session.delete.handler(by(deleteCurrentSession)),
      list: os.session.list.handler(by(listSessions)),
      end: os.session.end.handler(by(deleteSession)),
      endAll: os.session.endAll.handler(by(deleteSessions)),
    },
    organization: {
      create: os.organization.create.handler(by(createOrganization)),
      list: os.organization.list.handler(by(listOrganizations)),
      show: os.organization.show.handler(by(showOrganization)),
      update: os.organization.update.handler(by(updateOrganization)),
      delete: os.organization.delete.handler(by(deleteOrganization)),
    },
    company: {
      create: os.company.create.handler(by(createCompany)),
      list: os.company.list.handler(by(listCompanies)),
      show: os.company.show.handler(by(showCompany)),
      update: os.company.update.handler(by(updateCompany)),
      delete: os.company.delete.handler(by(deleteCompany)),
      listOwners: os.company.listOwners.handler(by(listCompanyOwners)),
      addOwner: os.company.addOwner.handler(by(addCompanyOwner)),
      removeOwner: os.company.removeOwner.handler(by(removeCompanyOwner)),
      listOrganizations: os.company.listOrganizations.handler(by(listCompanyOrganizations)),
      addOrganization: os.company.addOrganization.handler(by(addCompanyOrganization)),
      removeOrganization: os.company.removeOrganization.handler(by(removeCompanyOrganization)),
    },
    user: {
      create: os.user.create.handler(by(createUser)),
      list: os.user.list.handler(by(listUsers)),
      show: os.user.show.handler(by(showUser)),
      update: os.user.update.handler(by(updateUser)),
      delete: os.user.delete.handler(by(deleteUser)),
      createPasswordLink: os.user.createPasswordLink.handler(by(createPasswordLink)),
      setPassword: os.user.setPassword.handler(by(setPassword)),
      changePassword: os.user.changePassword.handler(by(changePassword)),
      endSessions: os.user.endSessions.handler(by(deleteUserSessions)),
    },
    member: {
      list: os.member.list.handler(by(listMembers)),
      export: os.member.export.handler(by(exportMembers)),
      set: os.member.set.handler(by(setMember)),
      delete: os.member.delete.handler(by(deleteMember)),
    },
    group: {
      create: os.group.create.handler(by(createGroup)),
      list: os.group.list.handler(by(listGroups)),
      show: os.group.show.handler(by(showGroup)),
      update: os.group.update.handler(by(updateGroup)),
      delete: os.group.delete.handler(by(deleteGroup)),
      listMembers: os.group.listMembers.handler(by(listGroupMembers)),
      addMember: os.group.addMember.handler(by(addGroupMember)),
      removeMember: os.group.removeMember.handler(by(removeGroupMember)),
      listPermissions: os.group.listPermissions.handler(by(listGroupPermissions)),
      setPermission: os.group.setPermission.handler(by(setGroupPermission)),
      removePermission: os.group.removePermission.handler(by(removeGroupPermission)),
    },
    invite: {
      create: os.invite.create.handler(by(createInvites)),
      list: os.invite.list.handler(by(listInvites)),
      show: os.invite.show.handler(by(showInvite)),
      resend: os.invite.resend.handler(by(resendInvite)),
      cancel: os.invite.cancel.handler(by(cancelInvite)),
      listMine: os.invite.listMine.handler(by(listMyInvites)),
      lookUp: os.invite.lookUp.handler(by(lookUpInvite)),
      accept: os.invite.accept.handler(by(acceptInvite)),
      register: os.invite.register.handler(by(registerByInvite)),
      decline: os.invite.decline.handler(by(declineInvite)),
    },
    repository: {
      create: os.repository.create.handler(by(createRepository)),
      list: os.repository.list.handler(by(listRepositories)),
      show: os.repository.show.handler(by(showRepository)),
      update: os.repository.update.handler(by(updateRepository)),
      delete: os.repository.delete.handler(by(deleteRepository)),
      listTags: os.repository.listTags.handler(by(listRepositoryTags)),
      listGroups: os.repository.listGroups.handler(by(listRepositoryGroups)),
    },
    lock: {
      show: os.lock.show.handler(by(showLock)),
      update: os.lock.update.handler(by(updateLock)),
    },
    image: {
      list: os.image.list.handler(by(listImages)),
      delete: os.image.delete.handler(by(deleteImage)),
    },
    ...credentialRoutes(routing),
    policy: {
      show: os.policy.show.handler(by(showPolicy)),
      replaceImageAccess: os.policy.replaceImageAccess.handler(by(replaceImageAccess)),
      replaceRegistryAccess: os.policy.replaceRegistryAccess.handler(by(replaceRegistryAccess)),
      replaceSignIn: os.policy.replaceSignIn.handler(by(replaceSignIn)),
    },
    decision: { explain: os.decision.explain.handler(by(explainDecision)) },
    guard: {
      create: os.guard.create.handler(by(createGuard)),
      list: os.guard.list.handler(by(listGuards)),
      show: os.guard.show.handler(by(showGuard)),
      delete: os.guard.delete.handler(by(deleteGuard)),
    },
    key: { list: os.key.list.handler(() => listKeys(house)) },
    audit: {
      list: os.audit.list.handler(by(listAudit)),
      verify: os.audit.verify.handler(by(verifyAudit)),
      export: os.audit.export.handler(by(exportAudit)),
    },
    activity: {
      list: os.activity.list.handler(by(listActivity)),
      export: os.activity.export.handler(by(exportActivity)),
    },
    gc: {
      show: os.gc.show.handler(by(showGc)),
      run: os.gc.run.handler(by(runGc)),
    },
    system: {
      version: os.system.version.handler(showVersion),
      trust: os.system.trust.handler(() => showTrust(house)),
      health: os.system.health.handler(by(showHealth)),
    },
  })
}
